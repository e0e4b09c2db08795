import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { unpackLqip } from '../../../blog/src/images/lqip.ts'

const sheet = readFileSync(join(import.meta.dirname, 'lqip.css'), 'utf8')

/** What the rule of each class declares, by class. */
const rules = new Map(
  Array.from(sheet.matchAll(/^\.(a[0-4]-[0-9a-f]) \{ (.+) \}$/gm), ([, name, body]) => [name!, declarationsOf(body!)]),
)

describe('the sheet of placeholders', () => {
  it('has a rule for every digit in every place, and no other', () => {
    expect(rules.size).toBe(5 * 16)
    expect(sheet.match(/\{/g)).toHaveLength(5 * 16 + 2)
  })

  it('paints the colours that were packed', () => {
    for (let lqip = 0; lqip < 2 ** 20; lqip += 331) {
      const { base, cells } = unpackLqip(lqip)
      const painted = paintedBy(lqip)
      for (const key of ['l', 'a', 'b'] as const) expect(painted.base[key]).toBeCloseTo(base[key], 4)
      for (const [index, cell] of cells.entries()) expect(painted.cells[index]).toBeCloseTo(cell, 2)
    }
  })

  it('uses every property that the rules set', () => {
    for (const property of new Set([...rules.values()].flatMap((rule) => Object.keys(rule)))) {
      expect(sheet).toContain(`var(--lqip-${property})`)
    }
  })
})

/** The properties an element has with the classes of a placeholder, added up as the sheet does. */
function paintedBy(lqip: number) {
  const digits = lqip.toString(16).padStart(5, '0')
  const set = Object.assign({}, ...Array.from(digits, (digit, place) => rules.get(`a${place}-${digit}`)))
  const base = { l: Number(set.l), a: Number(set.a) + Number(set['a-last']), b: Number(set.b) }
  return { base, cells: [1, 2, 3, 4, 5, 6].map((cell) => Number.parseFloat(set[cell]) / 100 - 0.5) }
}

function declarationsOf(body: string): Record<string, string> {
  return Object.fromEntries(Array.from(body.matchAll(/--lqip-([\w-]+): ([^;]+);/g), ([, name, value]) => [name, value]))
}
