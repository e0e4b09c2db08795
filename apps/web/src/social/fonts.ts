import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import opentype, { type Font, type Glyph } from 'opentype.js'

export type Weight = 400 | 700

/** A character as an outline: `cells` wide on the grid of the terminal, 2 for what is as wide as it is high. */
export interface Drawable {
  glyph: Glyph
  font: Font
  cells: 1 | 2
}

/** Fonts come in parts by ranges of characters; a part is read when a character of it is first drawn. */
interface Family {
  folder: string
  parts: { name: string; ranges: [first: number, last: number][] }[]
  weightOf(weight: Weight): Weight
}

const locate = createRequire(import.meta.url).resolve

/** In the order in which they are asked. The second is a bitmap font of old consoles, for Japanese. */
const families: Family[] = [
  openFamily('@fontsource/ibm-plex-mono', (weight) => weight),
  openFamily('@fontsource/dotgothic16', () => 400),
]

const fonts = new Map<string, Font>()

/** How a character is drawn; nothing if no font here has it. No font of the system is asked: it may have none. */
export function findDrawable(character: string, weight: Weight): Drawable | undefined {
  const code = character.codePointAt(0)!
  for (const family of families) {
    for (const { name, ranges } of family.parts) {
      if (!ranges.some(([first, last]) => first <= code && code <= last)) continue
      const font = loadFont(family, name, family.weightOf(weight))
      const glyph = font.charToGlyph(character)
      if (glyph.index === 0) continue
      const advance = (glyph.advanceWidth ?? 0) / font.unitsPerEm
      return { glyph, font, cells: advance > 0.75 ? 2 : 1 }
    }
  }
  return undefined
}

function openFamily(packageName: string, weightOf: Family['weightOf']): Family {
  const folder = dirname(locate(`${packageName}/package.json`))
  const ranges = JSON.parse(readFileSync(join(folder, 'unicode.json'), 'utf8')) as Record<string, string>
  const parts = Object.entries(ranges).map(([name, text]) => ({
    name: name.replace(/^\[(\d+)\]$/, '$1'),
    ranges: parseRanges(text),
  }))
  return { folder, parts, weightOf }
}

/** `U+0000-00FF,U+0131` */
function parseRanges(text: string): [number, number][] {
  return text.split(',').map((range) => {
    const [first, last = first] = range.trim().replace(/^U\+/i, '').split('-')
    return [Number.parseInt(first!, 16), Number.parseInt(last!, 16)]
  })
}

function loadFont({ folder }: Family, part: string, weight: Weight): Font {
  const file = join(folder, 'files', `${folder.split(/[\\/]/).at(-1)}-${part}-${weight}-normal.woff`)
  let font = fonts.get(file)
  if (!font) {
    const bytes = readFileSync(file)
    font = opentype.parse(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))
    fonts.set(file, font)
  }
  return font
}
