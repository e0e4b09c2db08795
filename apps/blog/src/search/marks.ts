import { escapeHtml } from '../escape-html.ts'
import { type Field, type Query, type Term, termsOf } from './query.ts'
import { hasOtherSpellings, isUnspaced, unspacedScripts } from './segment.ts'
import { stem } from './stem.ts'
import type { StoredText } from './stored-text.ts'

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
  excerpt(stored: StoredText): Piece[] | undefined
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
const rangesPerTerm = 5

export function createMarker(sought: readonly Sought[]): Marker {
  const finders = sought.map(createFinder)

  return {
    mark(text) {
      return cut(
        text,
        { start: 0, end: text.length },
        findAll(text, Number.POSITIVE_INFINITY, !hasOtherSpellings(text)),
      )
    },
    excerpt({ text, isPlain }) {
      const ranges = findAll(text, rangesPerTerm, isPlain || !hasOtherSpellings(text))
      if (ranges.length === 0) return undefined
      const start = bestStart(ranges)
      const window = {
        start: wordStart(text, start - leadLength),
        end: wordEnd(text, start - leadLength + excerptLength),
      }
      const inside = ranges.filter((range) => range.start >= window.start && range.end <= window.end)
      const pieces = cut(text, window, inside).map(({ text, isMarked }) => ({
        text: text.replace(/\s{2,}|[^\S ]/g, ' '),
        isMarked,
      }))
      return [
        ...(window.start > 0 ? [{ text: '…', isMarked: false }] : []),
        ...pieces,
        ...(window.end < text.length ? [{ text: '…', isMarked: false }] : []),
      ]
    },
  }

  function findAll(text: string, limit: number, isPlain: boolean): Range[] {
    // Most words in most text, in less time than patterns take.
    const lowered = isPlain ? text.toLowerCase() : undefined
    const ranges: Range[] = []
    for (const [sought, { findInAny, findInLowered }] of finders.entries()) {
      const found = lowered !== undefined && findInLowered ? findInLowered(lowered, limit) : findInAny(text, limit)
      for (const { start, end } of found) ranges.push({ start, end, sought })
    }
    return ranges.sort((a, b) => a.start - b.start || b.end - a.end)
  }
}

/** HTML in which what was searched for can be seen. */
export function toHtml(pieces: readonly Piece[]): string {
  let html = ''
  for (const { text, isMarked } of pieces) html += isMarked ? `<mark>${escapeHtml(text)}</mark>` : escapeHtml(text)
  return html
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

type Find = (text: string, limit: number) => { start: number; end: number }[]

interface Finder {
  findInAny: Find
  /** Of ASCII, in a text without other spellings that is in lower case. */
  findInLowered: Find | undefined
}

/**
 * Finds a term as FTS5 does: words with the same stem, whatever their case and accents.
 *
 * Only the beginning of the first word is made into a pattern. One that holds a class of all letters takes
 * milliseconds to compile, and every reader looks for something else.
 */
function createFinder({ words, isPrefix }: Sought): Finder {
  const folded = words.map(fold)
  const stems = folded.map(stem)
  const first = isUnspaced(folded[0]!) ? folded[0]! : commonStart(stems[0]!)
  let beginning: RegExp | undefined

  return { findInAny, findInLowered: folded.every(isPlain) ? findInLowered : undefined }

  function findInLowered(text: string, limit: number): { start: number; end: number }[] {
    const found: { start: number; end: number }[] = []
    for (let at = text.indexOf(first); at >= 0 && found.length < limit; ) {
      const end = matchInLowered(text, at)
      if (end !== undefined) found.push({ start: at, end })
      at = text.indexOf(first, end ?? at + 1)
    }
    return found
  }

  function matchInLowered(text: string, start: number): number | undefined {
    if (start > 0) {
      const before = text.charCodeAt(start - 1)
      if (isWordCode(before)) return undefined
      if (before > 127) return matchAt(text, start)
    }
    let position = start
    for (const index of folded.keys()) {
      if (index > 0) {
        const gap = position
        while (position < text.length && !isWordCode(text.charCodeAt(position))) {
          if (text.charCodeAt(position++) > 127) return matchAt(text, start)
        }
        if (position === gap) return undefined
      }
      const word = position
      while (position < text.length && isWordCode(text.charCodeAt(position))) position++
      if (text.charCodeAt(position) > 127) return matchAt(text, start)
      if (!isSame(index, text.slice(word, position))) return undefined
    }
    return position
  }

  function findInAny(text: string, limit: number): { start: number; end: number }[] {
    const found: { start: number; end: number }[] = []
    beginning ??= new RegExp(withAccents(first), 'gi')
    beginning.lastIndex = 0
    for (let match = beginning.exec(text); match && found.length < limit; match = beginning.exec(text)) {
      const end = matchAt(text, match.index)
      if (end === undefined) continue
      found.push({ start: match.index, end })
      beginning.lastIndex = end
    }
    return found
  }

  /** Where the words end that begin at a place; undefined if they are not there. */
  function matchAt(text: string, start: number): number | undefined {
    if (!isUnspaced(folded[0]!) && isInsideWord(text, start)) return undefined
    let position = start
    for (const [index, word] of folded.entries()) {
      const isLoose = isUnspaced(word)
      if (index > 0) {
        const gap = read(isLoose || isUnspaced(folded[index - 1]!) ? patterns.looseGap : patterns.gap, text, position)
        if (gap === undefined) return undefined
        position += gap.length
      }
      const there = isLoose ? word : read(patterns.word, text, position)
      if (there === undefined || !(isLoose ? text.startsWith(word, position) : isSame(index, fold(there))))
        return undefined
      position += there.length
    }
    return position
  }

  function isSame(index: number, there: string): boolean {
    const goesOn = isPrefix && index === folded.length - 1 && there.startsWith(folded[index]!)
    return goesOn || stem(there) === stems[index]
  }
}

const letter = `[[\\p{L}\\p{N}\\p{M}]--${unspacedScripts}]`

const patterns = {
  word: new RegExp(`${letter}+`, 'vy'),
  gap: /[^\p{L}\p{N}]+/uy,
  looseGap: /[^\p{L}\p{N}]*/uy,
  endsWithLetter: new RegExp(`${letter}$`, 'v'),
}

function isPlain(word: string): boolean {
  return /^[a-z0-9]*$/.test(word)
}

/** A letter or a digit of ASCII, in lower case. */
function isWordCode(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 48 && code <= 57)
}

function read(pattern: RegExp, text: string, position: number): string | undefined {
  pattern.lastIndex = position
  return pattern.exec(text)?.[0]
}

function isInsideWord(text: string, position: number): boolean {
  return position > 0 && patterns.endsWithLetter.test(text.slice(Math.max(0, position - 2), position))
}

/** What all words of one stem begin with: stemming changed the last letter of some. */
function commonStart(stemmed: string): string {
  return stemmed.replace(/(?<=..)[ie]$/, '')
}

function fold(word: string): string {
  if (isPlain(word)) return word
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
for (const [base, characters] of accented) accented.set(base, `[${characters}][\u0300-\u036f]*`)
