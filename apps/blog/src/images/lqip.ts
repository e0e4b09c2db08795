/**
 * The low-quality placeholder of a picture: 20 bits that a style sheet can paint. The format is that of "Minimal
 * CSS-only blurry image placeholders" (https://leanrada.com/notes/css-only-lqip/), here without its sign:
 *
 *     19 18 17 16 | 15 14 13 12 | 11 10  9  8 |  7  6   5  4 |  3   2  1  0
 *     cell1 cell2   cell3 cell4   cell5 cell6   light  gr-   red  blue-yellow
 *
 * Cells are those of a grid of three by two in reading order, each lighter or darker than the base colour.
 */
import type { Oklab } from './oklab.ts'

export interface Placeholder {
  base: Oklab
  /** How much lighter each cell is than the base; -0.5 to 0.5. */
  cells: number[]
}

/** Packs the colours of six cells, in reading order. */
export function packLqip(cells: Oklab[]): number {
  const base = nearestBase(meanOf(cells))
  const light = baseColour(base).l
  return cells.map(({ l }) => quantiseCell(l - light)).reduce((packed, cell) => packed * 4 + cell, 0) * 256 + base
}

export function unpackLqip(lqip: number): Placeholder {
  const cells = [18, 16, 14, 12, 10, 8].map((shift) => ((lqip >> shift) & 3) / 3 - 0.5)
  return { base: baseColour(lqip & 255), cells }
}

/** Two bits of lightness, three from green to red, three from blue to yellow; each scale contains grey. */
function baseColour(bits: number): Oklab {
  return {
    l: ((bits >> 6) / 3) * 0.6 + 0.2,
    a: (((bits >> 3) & 7) / 8) * 0.7 - 0.35,
    b: (((bits & 7) + 1) / 8) * 0.7 - 0.35,
  }
}

function nearestBase(colour: Oklab): number {
  const target = stretch(colour)
  let nearest = 0
  let least = Number.POSITIVE_INFINITY
  for (let bits = 0; bits < 256; bits++) {
    const { l, a, b } = stretch(baseColour(bits))
    const distance = Math.hypot(l - target.l, a - target.a, b - target.b)
    if (distance < least) [nearest, least] = [bits, distance]
  }
  return nearest
}

/** Among pale colours a small difference of hue is seen as well as a large one among strong colours. */
function stretch({ l, a, b }: Oklab): Oklab {
  const scale = 1 / (1e-6 + Math.sqrt(Math.hypot(a, b)))
  return { l, a: a * scale, b: b * scale }
}

function quantiseCell(difference: number): number {
  return Math.round(Math.min(Math.max(0.5 + difference, 0), 1) * 3)
}

function meanOf(colours: Oklab[]): Oklab {
  const mean = (channel: keyof Oklab) => colours.reduce((sum, colour) => sum + colour[channel], 0) / colours.length
  return { l: mean('l'), a: mean('a'), b: mean('b') }
}
