import { createJavaScriptRegexEngine } from '@shikijs/engine-javascript'
import { createShikiPrimitive, type LanguageRegistration, type RegexEngine } from '@shikijs/primitive'
import { describe, expect, it } from 'vitest'
import { importGrammar } from './languages.ts'
import { translateSimple } from './regex.ts'
import { createRegexEngine } from './regex-engine.ts'
import { samples } from './testing/code-samples.ts'
import { classTheme } from './token-classes.ts'

describe('createRegexEngine', () => {
  it.each(Object.entries(samples))('tokenises %s as the engine of Shiki does', async (language, code) => {
    const registrations = (await importGrammar(language))!
    expect(tokenise(createRegexEngine(), registrations, code)).toEqual(
      tokenise(createJavaScriptRegexEngine({ forgiving: true }), registrations, code),
    )
  })
})

describe('translateSimple', () => {
  it.each([
    ['(?<![_$[:alnum:]])(class)\\b', 'a class b', 'class'],
    ['[^]\\s]+', ' ]ab]', 'ab'],
    ['}', 'a}', '}'],
    ['\\p{upper}\\h', 'xXf', 'Xf'],
    ['[[:alpha:]]+', '1日本', '日本'],
    ['(?i)begin', 'BEGIN', 'BEGIN'],
    ['a$', 'a\n', 'a'],
    ['\\Aa', 'ba', undefined],
  ])('finds what %j means', (pattern, text, found) => {
    expect(translateSimple(pattern)!.search.exec(text)?.[0]).toBe(found)
  })

  it('gives nothing back after a possessive quantifier', () => {
    expect(translateSimple('[ab]*+b')!.search.test('aab')).toBe(false)
    expect(translateSimple('[ab]++c')!.search.test('aabc')).toBe(true)
  })

  it('searches without groups, and has them ready', () => {
    expect(translateSimple('(a)(?:b)(?=(c))')).toMatchObject({
      search: /(?:a)(?:b)(?=(?:c))/g,
      groups: '(a)(?:b)(?=(c))',
    })
    expect(translateSimple('a')!.groups).toBeUndefined()
  })

  it.each([
    '(?<name>a)',
    '(?>a)',
    '(a)\\1',
    '(?i:a)',
    'a++',
    'a{,3}',
    '\\Ga',
    'a\\z',
    '[a&&[b]]',
    '\\p{Greek}',
    '[+-[:digit:]]',
    '(?x) a',
    'é',
    'constructor*+',
  ])('leaves %j to the full translator', (pattern) => {
    expect(translateSimple(pattern)).toBeUndefined()
  })

  it('is not fooled by names that objects have', () => {
    expect(translateSimple('constructor')!.search.source).toBe('constructor')
  })
})

function tokenise(engine: RegexEngine, langs: LanguageRegistration[], code: string): number[][] {
  const shiki = createShikiPrimitive({ engine, langs, themes: [classTheme], warnings: false })
  shiki.setTheme(classTheme.name)
  const grammar = shiki.getLanguage(langs.at(-1)!.name)
  let state: Parameters<typeof grammar.tokenizeLine2>[1] = null
  return code.split('\n').map((line) => {
    const { tokens, ruleStack } = grammar.tokenizeLine2(line, state)
    state = ruleStack
    return [...tokens]
  })
}
