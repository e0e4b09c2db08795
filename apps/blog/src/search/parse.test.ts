import { describe, expect, it } from 'vitest'
import { limits, parseSearch } from './parse.ts'
import type { Query } from './query.ts'

/** A query as text: each group in brackets, whatever stood there. */
function show(query: Query | undefined): string {
  if (!query) return ''
  switch (query.kind) {
    case 'and':
      return `(${query.parts.map(show).join(' ')})`
    case 'or':
      return `(${query.parts.map(show).join(' | ')})`
    case 'not':
      return `!${show(query.part)}`
    case 'term': {
      const { field, words, isFirst, isNear, isPrefix, isOpen } = query.term
      const name = field ? `${field}:` : ''
      const end = isPrefix ? '*' : isOpen ? '…' : ''
      return `${name}${isFirst ? '^' : ''}${isNear ? 'near ' : ''}${words.join('+')}${end}`
    }
  }
}

describe('parseSearch', () => {
  it.each([
    ['one two', '(one two…)'],
    ['one AND two && three & four', '(one two three four…)'],
    ['one OR two || three | four', '(one | two | three | four…)'],
    ['one two OR three four', '((one two) | (three four…))'],
    ['one (two OR three) four', '(one (two | three) four…)'],
    ['one NOT two', '(one !two…)'],
    ['one !two -three', '(one !two !three…)'],
    ['! one', '!one…'],
    ['!(one two)', '!(one two)'],
    ['!!one NOT NOT two', '(one two…)'],
    ['!!!one', '!one…'],
    ['"one two" three"four"', '(one+two three four)'],
    ['"one two', 'one+two'],
    ['“one two” «three»', '(one+two three)'],
    ['on* "two thr"*', '(on* two+thr*)'],
    ['^one ^"two three"', '(^one ^two+three)'],
    ['NEAR(one two, 5) three', '(near one+two three…)'],
    ['NEAR(one', 'near one'],
    ['near (one)', '(near one)'],
    ['title:one TAG:two', '(title:one tags:two…)'],
    ['name:one body:two raw_body:three excerpt:four', '(title:one text:two text:three text:four…)'],
    ['title: one', 'title:one…'],
    ['title:(one two) three', '(title:one title:two three…)'],
    ['title:(one tag:two)', '(title:one tags:two)'],
    ['-title:one', '!title:one…'],
    ['title:-one', 'title:one…'],
    ['author:ana', '(author ana…)'],
    ['a::b', '(a b…)'],
    ['https://example.com/a', '(https example+com+a…)'],
    ["don't e-mail node.js", '(don+t e+mail node+js…)'],
    ['AT&T', '(AT T…)'],
    ['hello! world', '(hello world…)'],
    ['hello world!', '(hello world…)'],
    ['a != b', '(a b…)'],
    ['one - two', '(one two…)'],
    ['--one', 'one…'],
    ['c++ c#', '(c c)'],
    ['日本語 word', '(日+本+語 word…)'],
    ['word日本', 'word+日+本…'],
    ['AND OR NOT', ''],
    ['AND one OR', 'one'],
    ['NOT', ''],
    ['one NOT', 'one'],
    ['one AND AND two', '(one two…)'],
    ['one OR OR two', '(one | two…)'],
    ['((one', 'one…'],
    ['one)) two', '(one two…)'],
    [')(', ''],
    ['()', ''],
    ['"" "', ''],
    ['title:', ''],
    ['??? !!! --- ***', ''],
    ['\u0000one\u0000two', 'one+two…'],
    ['\ue000one', 'one…'],
    ['toString constructor __proto__', '(toString constructor proto)'],
    ['\ud800', ''],
    ['', ''],
  ])('reads %j as %s', (input, expected) => expect(show(parseSearch(input))).toBe(expected))

  it('knows where each term stands in what was typed', () => {
    const input = 'one  title:two* "three four" a:b'
    const query = parseSearch(input)
    const terms = query?.kind === 'and' ? query.parts.map((part) => (part.kind === 'term' ? part.term : undefined)) : []
    expect(terms.map((term) => input.slice(term?.start, term?.end))).toEqual(['one', 'two', '"three four"', 'a', 'b'])
  })

  it('reads no more than so many words, stars and brackets', () => {
    const words = Array.from({ length: 40 }, (_, index) => `w${index}*`).join(' ')
    const shown = show(parseSearch(words))
    expect(shown.match(/w\d+/g)).toHaveLength(limits.terms)
    expect(shown.match(/\*/g)).toHaveLength(limits.prefixes)
    expect(show(parseSearch(`${'(a OR (b '.repeat(30)}`)).match(/\(/g)!.length).toBeLessThanOrEqual(2 * limits.brackets)
    expect(parseSearch('x'.repeat(1_000_000))).toMatchObject({ term: { words: ['x'.repeat(limits.characters)] } })
  })

  it('keeps what is in brackets beyond the limit', () => {
    const deep = limits.brackets + 3
    expect(show(parseSearch(`${'('.repeat(deep)}one OR two${')'.repeat(deep)} three`))).toBe('((one | two) three…)')
  })
})
