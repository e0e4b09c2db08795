import { type Field, type Query, type Term, termsOf } from './query.ts'
import { isUnspaced, unspacedScripts } from './segment.ts'
import { stem } from './stem.ts'

/** A part of a text; what was searched for is marked. */
export interface Piece {
  text: string
  isMarked: boolean
}

/** What marking needs to know of a term; travels to the thread of the database as JSON. */
export type Sought = Pick<Term, 'words' | 'isPrefix'>

/** The wanted terms that can be found in one of the fields. */
export function soughtIn(query: Query, fields: readonly Field[]): Sought[] {
  return [...termsOf(query)]
    .filter(({ term, isWanted }) => isWanted && (term.field === null || fields.includes(term.field)))
    .flatMap(({ term: { words, isPrefix, isOpen, isNear } }) => {
      const isGoingOn = isPrefix || isOpen
      return isNear ? words.map((word) => ({ words: [word], isPrefix: false })) : [{ words, isPrefix: isGoingOn }]
    })
}

export interface Marker {
  /** The whole text in pieces. */
  mark(text: string): Piece[]
  /** The part of a long text that has most of what was searched for; undefined where it has nothing. */
  excerpt(text: string): Piece[] | undefined
}

interface Range {
  start: number
  end: number
  /** Which of the sought it is. */
  sought: number
}

const excerptLength = 220

/** How much stands before the first mark of an excerpt. */
const leadLength = 60

/** Enough to choose a good place from. */
const rangesPerTerm = 12

export function createMarker(sought: readonly Sought[]): Marker {
  const finders = sought.map(createFinder)

  return {
    mark(text) {
      return cut(text, { start: 0, end: text.length }, findAll(text, Number.POSITIVE_INFINITY))
    },
    excerpt(text) {
      const ranges = findAll(text, rangesPerTerm)
      if (ranges.length === 0) return undefined
      const start = bestStart(ranges)
      const window = {
        start: wordStart(text, start - leadLength),
        end: wordEnd(text, start - leadLength + excerptLength),
      }
      const inside = ranges.filter((range) => range.start >= window.start && range.end <= window.end)
      const pieces = cut(text, window, inside).map(({ text, isMarked }) => ({
        text: text.replace(/\s+/g, ' '),
        isMarked,
      }))
      return [
        ...(window.start > 0 ? [{ text: '…', isMarked: false }] : []),
        ...pieces,
        ...(window.end < text.length ? [{ text: '…', isMarked: false }] : []),
      ]
    },
  }

  function findAll(text: string, limit: number): Range[] {
    const ranges = finders.flatMap((find, sought) => find(text, limit).map((range) => ({ ...range, sought })))
    return ranges.sort((a, b) => a.start - b.start || b.end - a.end)
  }
}

/** Where a window begins that holds the most different terms, then the most of them. */
function bestStart(ranges: Range[]): number {
  let best = 0
  let bestScore = 0
  for (const [first, { start }] of ranges.entries()) {
    const end = start - leadLength + excerptLength
    let terms = 0
    let last = first
    for (; last < ranges.length && ranges[last]!.end <= end; last++) terms |= 1 << ranges[last]!.sought
    const score = countBits(terms) * 1000 + last - first
    if (score > bestScore) {
      best = start
      bestScore = score
    }
  }
  return best
}

function countBits(bits: number): number {
  let count = 0
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++
  return count
}

function cut(text: string, window: { start: number; end: number }, ranges: Range[]): Piece[] {
  const pieces: Piece[] = []
  let position = window.start
  for (const { start, end } of ranges) {
    if (end <= position) continue
    const from = Math.max(start, position)
    if (from > position) pieces.push({ text: text.slice(position, from), isMarked: false })
    pieces.push({ text: text.slice(from, end), isMarked: true })
    position = end
  }
  if (position < window.end) pieces.push({ text: text.slice(position, window.end), isMarked: false })
  return pieces
}

/** The next beginning of a word, if one is near. */
function wordStart(text: string, position: number): number {
  if (position <= 0) return 0
  const space = text.slice(position, position + 20).search(/\s\S/u)
  return space < 0 ? wholeCharacter(text, position) : position + space + 1
}

function wordEnd(text: string, position: number): number {
  if (position >= text.length) return text.length
  const space = text.slice(position - 20, position).search(/\s\S*$/u)
  return space < 0 ? wholeCharacter(text, position) : position - 20 + space
}

/** Not between the halves of a surrogate pair. */
function wholeCharacter(text: string, position: number): number {
  return /[\udc00-\udfff]/.test(text[position] ?? '') ? position + 1 : position
}

type Finder = (text: string, limit: number) => { start: number; end: number }[]

const letter = `[[\\p{L}\\p{N}\\p{M}]--${unspacedScripts}]`

/**
 * Finds a term as FTS5 does: words with the same stem, whatever their case and accents. A pattern finds candidates
 * fast; only their stems are compared.
 */
function createFinder({ words, isPrefix }: Sought): Finder {
  const folded = words.map(fold)
  const stems = folded.map(stem)
  const source = folded
    .map((word, index) => {
      if (isUnspaced(word)) return withAccents(word)
      return `(?<!${letter})${withAccents(commonStart(stems[index]!))}${letter}*`
    })
    .join(words.some(isUnspaced) ? '[^\\p{L}\\p{N}]*' : '[^\\p{L}\\p{N}]+')
  const pattern = new RegExp(source, 'giv')

  return function find(text, limit) {
    const found: { start: number; end: number }[] = []
    pattern.lastIndex = 0
    for (let match = pattern.exec(text); match && found.length < limit; match = pattern.exec(text)) {
      if (isMatch(match[0])) found.push({ start: match.index, end: match.index + match[0].length })
    }
    return found
  }

  function isMatch(candidate: string): boolean {
    if (words.some(isUnspaced)) return true
    const found = fold(candidate).split(/[^\p{L}\p{N}]+/u)
    return folded.every((word, index) => {
      const goesOn = isPrefix && index === folded.length - 1 && found[index]?.startsWith(word)
      return goesOn || stem(found[index] ?? '') === stems[index]
    })
  }
}

/** What all words of one stem begin with: stemming changed the last letter of some. */
function commonStart(stemmed: string): string {
  return stemmed.replace(/(?<=..)[ie]$/, '')
}

function fold(word: string): string {
  // Taking kana or Hangul apart would make other letters of them.
  return isUnspaced(word) ? word : word.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
}

/** A pattern for a folded word: each letter with any accent, composed or not. */
function withAccents(word: string): string {
  return [...word].map((character) => accented.get(character) ?? character).join('')
}

const accented = new Map<string, string>()
for (let code = 0xc0; code < 0x1f00; code++) {
  // Latin; other scripts' letters with accents are letters of their own, for the index too.
  if (code === 0x250) code = 0x1e00
  const character = String.fromCodePoint(code)
  const [base, mark] = character.normalize('NFD')
  if (mark && /[a-z]/.test(base!)) accented.set(base!, `${accented.get(base!) ?? base}${character}`)
}
for (const [base, characters] of accented) accented.set(base, `[${characters}]\\p{M}*`)
