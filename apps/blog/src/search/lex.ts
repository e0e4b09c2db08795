import type { Field, Term } from './query.ts'
import { segment } from './segment.ts'

export type Token =
  | { kind: 'term'; term: Term }
  | { kind: 'field'; field: Field }
  | { kind: 'and' | 'or' | 'not' | 'open' | 'close' }

// Maps, because plain objects know words such as "constructor" too.

/** The original's names for the parts of a post or a project, and shorter ones. */
const fields = new Map<string, Field>([
  ['title', 'title'],
  ['name', 'title'],
  ['tag', 'tags'],
  ['tags', 'tags'],
  ['description', 'description'],
  ['body', 'text'],
  ['text', 'text'],
  ['raw_body', 'text'],
  ['excerpt', 'text'],
])

const operators = new Map<string, 'and' | 'or' | 'not'>([
  ['AND', 'and'],
  ['OR', 'or'],
  ['NOT', 'not'],
])

/** What a word, a phrase or a group can begin with: `!` and `-` mean something before these only. */
const operand = '[\\p{L}\\p{N}"“„«(^]'

const patterns = {
  space: /\s+/uy,
  near: /NEAR\(([^()"]*)\)?/uy,
  phrase: /\^?["“”„«»]([^"“”„«»]*)(?:["“”„«»](\*?)|$)/uy,
  open: /\(/uy,
  close: /\)/uy,
  and: /&+/uy,
  or: /\|+/uy,
  // Also on its own between spaces, but not at the end of "Hello!".
  not: new RegExp(`!+(?=${operand})|(?<![^\\s(&|!])!+(?=\\s)`, 'uy'),
  // A dash between spaces is a dash, and two are how options are written.
  without: new RegExp(`(?<![^\\s(&|!])-(?=${operand})`, 'uy'),
  field: new RegExp(`(${[...fields.keys()].join('|')})\\s*:`, 'iuy'),
  word: /[^\s"“”„«»()&|!*]+\*?/uy,
  other: /[\s\S]/uy,
}

const patternList = Object.entries(patterns) as [keyof typeof patterns, RegExp][]

/** Divides what was typed into tokens. Whatever has no meaning is skipped: there is no wrong input. */
export function lex(input: string): Token[] {
  const tokens: Token[] = []
  let position = 0
  while (position < input.length) {
    const [name, match] = matchAt(input, position)
    tokens.push(...tokensOf(name, match))
    position += match[0].length
  }
  return tokens
}

/** The first pattern that fits; the last one always does. */
function matchAt(input: string, position: number): [keyof typeof patterns, RegExpExecArray] {
  for (const [name, pattern] of patternList) {
    pattern.lastIndex = position
    const match = pattern.exec(input)
    if (match) return [name, match]
  }
  throw new Error(`no pattern fits at ${position}`)
}

function tokensOf(name: keyof typeof patterns, match: RegExpExecArray): Token[] {
  const [all, text = '', star] = match
  const place = { start: match.index, end: match.index + all.length }
  switch (name) {
    case 'near':
      return termOf(text.replace(/,\s*\d*\s*$/u, ''), { ...place, isNear: true })
    case 'phrase':
      return termOf(text, { ...place, isPrefix: star === '*', isFirst: all.startsWith('^') })
    case 'word':
      return operators.has(all) ? [{ kind: operators.get(all)! }] : partsOf(all, place.start)
    case 'field':
      return [{ kind: 'field', field: fields.get(text.toLowerCase())! }]
    case 'not':
    case 'without':
      // Twice not is nothing.
      return all.length % 2 === 1 ? [{ kind: 'not' }] : []
    case 'open':
    case 'close':
    case 'and':
    case 'or':
      return [{ kind: name }]
    case 'space':
    case 'other':
      return []
  }
}

/** What looks like a field but is none is two words; so are the parts of an address. */
function partsOf(word: string, start: number): Token[] {
  let offset = start
  return word.split(':').flatMap((part, index, parts) => {
    const isPrefix = part.endsWith('*')
    const isOpen = index === parts.length - 1 && /[\p{L}\p{N}\p{M}]$/u.test(part)
    const place = { start: offset, end: offset + part.length - (isPrefix ? 1 : 0) }
    offset += part.length + 1
    return termOf(part, { ...place, isPrefix, isOpen, isFirst: part.startsWith('^') })
  })
}

function termOf(text: string, options: Partial<Term> & { start: number; end: number }): Token[] {
  const words = wordsIn(text)
  if (words.length === 0) return []
  const plain = { field: null, isPrefix: false, isOpen: false, isFirst: false, isNear: false }
  return [{ kind: 'term', term: { ...plain, words, ...options } }]
}

/** Letters and digits only, divided as the index divides them: nothing that FTS5 could take for syntax. */
function wordsIn(text: string): string[] {
  return segment(text).match(/[\p{L}\p{N}][\p{L}\p{N}\p{M}]*/gu) ?? []
}
