import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

type Colours = Record<string, string>

const read = (name: string) => readFileSync(join(import.meta.dirname, name), 'utf8')

/** The declarations of the first block that begins with a selector. */
function declarationsOf(sheet: string, selector: string): Colours {
  const start = sheet.indexOf(`${selector} {`)
  if (start < 0) throw new Error(`no block begins with ${selector}`)
  const block = sheet.slice(start, sheet.indexOf('}', start))
  return Object.fromEntries([...block.matchAll(/--([\w-]+):\s*([^;]+);/g)].map(([, name, value]) => [name!, value!]))
}

/** `light-dark(var(--light-text, #111), #eee)` has the light side `#111` and the dark side `#eee`. */
function side(colours: Colours, place: 'light' | 'dark'): Colours {
  return Object.fromEntries(
    Object.entries(colours).map(([name, value]) => {
      const found = value.match(/#[0-9a-f]{6}/g) ?? []
      return [name, (place === 'light' ? found[0] : found.at(-1)) ?? '']
    }),
  )
}

/** WCAG 2.2, relative luminance and contrast ratio. */
function contrast(one: string, other: string): number {
  const [lighter, darker] = [luminance(one), luminance(other)].sort((left, right) => right - left)
  return (lighter! + 0.05) / (darker! + 0.05)
}

function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!
}

const code = ['comment', 'keyword', 'string', 'number', 'function', 'type', 'variable', 'inline'].map(
  (name) => `code-${name}`,
)
const lines = ['surface', 'code-inserted', 'code-deleted', 'code-highlighted']
const voices = ['note', 'tip', 'important', 'warning', 'caution']

/** Text and what is behind it, wherever they meet on a page. */
const textPairs: [text: string, behind: string][] = [
  ...['text', 'muted', 'accent', 'link', 'heading', ...voices].map((text): [string, string] => [text, 'background']),
  ...['text', 'muted', 'accent', 'link', 'heading'].map((text): [string, string] => [text, 'surface']),
  ['text', 'code-highlighted'],
  ['text', 'code-inserted'],
  ['text', 'code-deleted'],
  ['link', 'code-highlighted'],
  ['text', 'selection'],
  ['background', 'accent'],
  ['bar-text', 'bar'],
  ['bar', 'bar-text'],
  ['badge-text', 'badge'],
  ['mark-text', 'mark'],
  ...code.flatMap((text) => lines.map((behind): [string, string] => [text, behind])),
]

/** Edges of controls and the ring of the focus: 3 is enough, and needed (WCAG 1.4.11). */
const edgePairs: [edge: string, behind: string][] = [
  ['border', 'background'],
  ['border', 'surface'],
  ['focus', 'background'],
  ['focus', 'surface'],
  ['accent', 'background'],
]

const themes = read('themes.css')
const normal = declarationsOf(themes, ':root')
const high = { ...normal, ...declarationsOf(themes, ":root[data-theme='contrast']") }
const blue = declarationsOf(read('bluescreen.css'), "[data-screen='blue']")

const palettes: [name: string, colours: Colours, least: number][] = [
  ['light', side(normal, 'light'), 4.5],
  ['dark', side(normal, 'dark'), 4.5],
  ['high contrast, light', side(high, 'light'), 7],
  ['high contrast, dark', side(high, 'dark'), 7],
]

describe.each(palettes)('the %s theme', (_, colours, least) => {
  it.each(textPairs)('shows %s readably on %s', (text, behind) => {
    expect(contrast(colours[text]!, colours[behind]!)).toBeGreaterThanOrEqual(least)
  })

  it.each(edgePairs)('shows the edge %s on %s', (edge, behind) => {
    expect(contrast(colours[edge]!, colours[behind]!)).toBeGreaterThanOrEqual(3)
  })
})

describe('the blue screen', () => {
  const pairs = textPairs.filter(([text, behind]) => text in blue && behind in blue)

  it.each(pairs)('shows %s readably on %s', (text, behind) => {
    expect(contrast(blue[text]!, blue[behind]!)).toBeGreaterThanOrEqual(4.5)
  })
})

it('gives the same high contrast to those who choose it and to those whose system asks for it', () => {
  const asked = themes.slice(themes.indexOf('@media (prefers-contrast: more)'))
  expect(declarationsOf(asked, ':root')).toEqual(declarationsOf(themes, ":root[data-theme='contrast']"))
})
