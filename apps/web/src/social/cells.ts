import { type Drawable, findDrawable, type Weight } from './fonts.ts'

/** One place of a line of text: a character, a gap, or a box for what no font here has. */
export interface Cell {
  text: string
  drawable?: Drawable
  width: 1 | 2
  kind: 'glyph' | 'space' | 'unknown'
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/**
 * Text as it can be drawn. Pictographs are left out rather than shown as boxes: a title is a title without its
 * rocket. So are the accents that no letter of a font has with them, and what is invisible.
 */
export function toCells(text: string, weight: Weight): Cell[] {
  const cells: Cell[] = []
  for (const { segment } of graphemes.segment(text.normalize('NFC').toWellFormed())) {
    if (/^[\s\u00a0]+$/u.test(segment)) {
      // The spaces around a pictograph must not become two.
      if (cells.length > 0 && cells.at(-1)!.kind !== 'space') cells.push({ text: ' ', width: 1, kind: 'space' })
      continue
    }
    if (isInvisible(segment)) continue
    const character = String.fromCodePoint(segment.codePointAt(0)!)
    const drawable = findDrawable(character, weight)
    if (drawable) cells.push({ text: character, drawable, width: drawable.cells, kind: 'glyph' })
    else if (!/\p{Extended_Pictographic}|\p{Regional_Indicator}/u.test(segment)) {
      cells.push({ text: character, width: isWide(character) ? 2 : 1, kind: 'unknown' })
    }
  }
  while (cells.at(-1)?.kind === 'space') cells.pop()
  return cells
}

/** Whether so little of a text can be drawn that it would be a row of boxes. */
export function isUnreadable(cells: readonly Cell[]): boolean {
  const visible = cells.filter(({ kind }) => kind !== 'space')
  return visible.filter(({ kind }) => kind === 'unknown').length * 4 >= visible.length
}

export function widthOf(cells: readonly Cell[]): number {
  return cells.reduce((width, cell) => width + cell.width, 0)
}

/**
 * Breaks text into lines, at least one, of so many cells: at spaces, after hyphens and slashes, beside wide characters, and within
 * a word only where it is longer than a line.
 */
export function wrap(cells: readonly Cell[], width: number): Cell[][] {
  const lines: Cell[][] = []
  let line: Cell[] = []
  for (const word of words(cells)) {
    if (widthOf(line) + widthOf(withoutTrailingSpace(word)) > width && line.length > 0) {
      lines.push(withoutTrailingSpace(line))
      line = []
    }
    for (const cell of word) {
      if (widthOf(line) + cell.width > width && cell.kind !== 'space') {
        lines.push(line)
        line = []
      }
      line.push(cell)
    }
  }
  const last = withoutTrailingSpace(line)
  return last.length > 0 || lines.length === 0 ? [...lines, last] : lines
}

export function longestWord(cells: readonly Cell[]): number {
  return Math.max(0, ...words(cells).map((word) => widthOf(withoutTrailingSpace(word))))
}

/** As much as fits, with an ellipsis where something is missing. */
export function truncate(cells: readonly Cell[], width: number): Cell[] {
  if (widthOf(cells) <= width) return [...cells]
  const kept: Cell[] = []
  for (const cell of cells) {
    if (widthOf(kept) + cell.width > width - 1) break
    kept.push(cell)
  }
  return [...withoutTrailingSpace(kept), ...toCells('…', 700)]
}

/** What must stay on one line, each with the space after it. */
function words(cells: readonly Cell[]): Cell[][] {
  const found: Cell[][] = []
  for (const cell of cells) {
    const word = found.at(-1)
    if (word && !canBreakBetween(word.at(-1)!, cell)) word.push(cell)
    else found.push([cell])
  }
  return found
}

function canBreakBetween(before: Cell, after: Cell): boolean {
  if (after.kind === 'space') return false
  if (before.kind === 'space') return true
  if (/^[、。，．・：；？！」』）】〉》〕ーぁぃぅぇぉっゃゅょァィゥェォッャュョ…]$/u.test(after.text)) return false
  if (/^[「『（【〈《〔]$/u.test(before.text)) return false
  return before.width === 2 || after.width === 2 || /^[-/–—]$/u.test(before.text)
}

function withoutTrailingSpace(cells: readonly Cell[]): Cell[] {
  return cells.at(-1)?.kind === 'space' ? cells.slice(0, -1) : [...cells]
}

/** Joiners, variation selectors, direction marks, control characters. */
function isInvisible(segment: string): boolean {
  return /^(?:\p{C}|\p{M})+$/u.test(segment)
}

/** Of characters that no font has, a guess is enough: those from the scripts of East Asia on are wide. */
function isWide(character: string): boolean {
  return character.codePointAt(0)! >= 0x1100 && /\p{L}/u.test(character) && !/\p{Script=Ethiopic}/u.test(character)
}
