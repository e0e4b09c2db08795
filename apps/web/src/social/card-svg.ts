import type { PathCommand } from 'opentype.js'
import type { Card } from './card.ts'
import { type Cell, isUnreadable, longestWord, toCells, truncate, widthOf, wrap } from './cells.ts'
import { cardHeight, cardWidth } from './social-image-path.ts'

/** A character is this much of the font's size wide, a line this much high. */
const cellRatio = 0.6
const lineRatio = 1.25

const margin = 72
const innerWidth = cardWidth - 2 * margin
const barHeight = 66
const titleTop = 152
const titleBottom = 470

/** From what suits three words to what holds a paragraph. */
const titleSizes = [84, 72, 62, 54, 46]

/** A card as SVG without any text in it: letters are outlines, so no machine needs a font to draw it. */
export function cardToSvg(card: Card): string {
  const { colours } = card
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${cardWidth}" height="${cardHeight}" viewBox="0 0 ${cardWidth} ${cardHeight}">`,
    rectangle(0, 0, cardWidth, cardHeight, colours.background),
    grid(colours.text),
    header(card),
    title(card),
    facts(card),
    statusBar(card),
    '</svg>',
  ].join('')
}

/** The paper of the terminal, barely there. */
function grid(colour: string): string {
  const step = 24
  let lines = ''
  for (let x = step; x < cardWidth; x += step) lines += `M${x} 0V${cardHeight}`
  for (let y = step; y < cardHeight; y += step) lines += `M0 ${y}H${cardWidth}`
  return `<path d="${lines}" stroke="${plain(colour)}" stroke-opacity="0.04" fill="none"/>`
}

function header({ header, colours }: Card): string {
  const size = 34
  const cells = truncate(toCells(header, 700), columns(innerWidth, size))
  const dash = `M${margin} 122H${cardWidth - margin}`
  return [
    line(cells, { x: margin, baseline: 92, size, colour: colours.accent }),
    `<path d="${dash}" stroke="${plain(colours.muted)}" stroke-opacity="0.45" stroke-width="2" stroke-dasharray="14 6" fill="none"/>`,
  ].join('')
}

/** As large as it fits, behind the `#` that headings of the site have, and with a cursor at its end. */
function title({ title, plainTitle, colours }: Card): string {
  const written = toCells(title, 700)
  const cells = isUnreadable(written) ? toCells(plainTitle, 700) : written
  const { size, lines } = fitTitle(cells)
  const indent = 2 * size * cellRatio
  const lineHeight = size * lineRatio
  const top = titleTop + (titleBottom - titleTop - lines.length * lineHeight) / 2
  const baselineOf = (index: number) => top + index * lineHeight + size * 0.97
  const drawn = lines.map((cells, index) =>
    line(cells, { x: margin + indent, baseline: baselineOf(index), size, colour: colours.text }),
  )
  const last = lines.length - 1
  const cursor = {
    x: margin + indent + (widthOf(lines[last]!) + 0.25) * size * cellRatio,
    y: baselineOf(last) - size * 0.76,
  }
  return [
    line(toCells('#', 700), { x: margin, baseline: baselineOf(0), size, colour: colours.heading }),
    ...drawn,
    rectangle(cursor.x, cursor.y, size * cellRatio, size * 0.92, colours.accent),
  ].join('')
}

/** The largest size at which no word is cut and no line is left out; else the smallest, cut. */
function fitTitle(cells: Cell[]): { size: number; lines: Cell[][] } {
  const smallest = titleSizes.at(-1)!
  const size = titleSizes.find(
    (size) => longestWord(cells) <= titleColumns(size) && wrapTitle(size).length <= rows(size),
  )
  if (size) return { size, lines: wrapTitle(size) }
  const lines = wrapTitle(smallest).slice(0, rows(smallest))
  const isCut = wrapTitle(smallest).length > lines.length
  const last = truncate([...lines.at(-1)!, ...toCells('…', 700)], titleColumns(smallest))
  return { size: smallest, lines: isCut ? [...lines.slice(0, -1), last] : lines }

  function wrapTitle(size: number): Cell[][] {
    return wrap(cells, titleColumns(size))
  }
}

/** Two cells of a line are for the `#`, and the last ones for the cursor. */
function titleColumns(size: number): number {
  return columns(innerWidth, size) - 4
}

function rows(size: number): number {
  return Math.floor((titleBottom - titleTop) / (size * lineRatio))
}

function facts({ line: words, tags, colours }: Card): string {
  const size = 30
  const baseline = 524
  const room = columns(innerWidth, size)
  const said = truncate(toCells(words, 400), room)
  const start = said.length > 0 ? widthOf(said) + 3 : 0
  const shown: Cell[] = []
  for (const tag of tags) {
    const cells = toCells(`#${tag}`, 400)
    const gap: Cell[] = shown.length > 0 ? [{ text: ' ', width: 2, kind: 'space' }] : []
    if (isUnreadable(cells) || start + widthOf([...shown, ...gap, ...cells]) > room) continue
    shown.push(...gap, ...cells)
  }
  return [
    line(said, { x: margin, baseline, size, colour: colours.muted }),
    line(shown, { x: margin + start * size * cellRatio, baseline, size, colour: colours.link }),
  ].join('')
}

/** The last line of an editor. */
function statusBar({ host, file, note, colours }: Card): string {
  const size = 28
  const cell = size * cellRatio
  const top = cardHeight - barHeight
  const baseline = top + 43
  const right = toCells(note, 700)
  const rightStart = cardWidth - margin - widthOf(right) * cell
  const where = truncate(toCells(host, 700), 26)
  const badgeWidth = margin + (widthOf(where) + 1.5) * cell
  const fileStart = badgeWidth + 1.5 * cell
  const name = truncate(toCells(file, 400), Math.floor((rightStart - fileStart) / cell) - 3)
  return [
    rectangle(0, top, cardWidth, barHeight, colours.bar),
    rectangle(0, top, badgeWidth, barHeight, colours.accent),
    line(where, { x: margin, baseline, size, colour: colours.background }),
    line(name, { x: fileStart, baseline, size, colour: colours.barText }),
    line(right, { x: rightStart, baseline, size, colour: colours.barText }),
  ].join('')
}

interface Line {
  x: number
  baseline: number
  size: number
  colour: string
}

/** One line of text, each character in its cell. */
function line(cells: readonly Cell[], { x, baseline, size, colour }: Line): string {
  const cellWidth = size * cellRatio
  let outlines = ''
  let left = x
  for (const cell of cells) {
    outlines += outline(cell, left, baseline, size)
    left += cell.width * cellWidth
  }
  return outlines && `<path d="${outlines}" fill="${plain(colour)}" fill-rule="nonzero"/>`
}

function outline({ drawable, kind, width }: Cell, x: number, baseline: number, size: number): string {
  const room = width * size * cellRatio
  if (kind === 'unknown') return box(x, baseline, room, size)
  if (!drawable) return ''
  const { glyph, font } = drawable
  // What is wider than its cells (a wide character is a whole em, its two cells are 1.2) is centred in them.
  const advance = ((glyph.advanceWidth ?? 0) / font.unitsPerEm) * size
  return pathData(glyph.getPath(x + (room - advance) / 2, baseline, size).commands)
}

/** Not opentype.js's own `toPathData`: version 2.0.0 writes `NaN` for some numbers with many digits. */
function pathData(commands: readonly PathCommand[]): string {
  const at = (...numbers: number[]) => numbers.map((number) => Math.round(number * 10) / 10).join(' ')
  return commands
    .map((command) => {
      if (command.type === 'Z') return 'Z'
      if (command.type === 'Q') return `Q${at(command.x1, command.y1, command.x, command.y)}`
      if (command.type === 'C') return `C${at(command.x1, command.y1, command.x2, command.y2, command.x, command.y)}`
      return command.type + at(command.x, command.y)
    })
    .join('')
}

/** What terminals show for a character that they lack. */
function box(x: number, baseline: number, room: number, size: number): string {
  const [inset, stroke] = [room * 0.14, size * 0.06]
  const [left, right, top] = [x + inset, x + room - inset, baseline - size * 0.7]
  const outer = `M${left} ${top}H${right}V${baseline}H${left}Z`
  const inner = `M${left + stroke} ${top + stroke}V${baseline - stroke}H${right - stroke}V${top + stroke}Z`
  return outer + inner
}

function columns(width: number, size: number): number {
  return Math.floor(width / (size * cellRatio))
}

function rectangle(x: number, y: number, width: number, height: number, colour: string): string {
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="${plain(colour)}"/>`
}

function plain(colour: string): string {
  return colour.replace(/[&<>"]/g, '')
}
