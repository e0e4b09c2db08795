import { describe, expect, it } from 'vitest'
import { packLqip, unpackLqip } from './lqip.ts'
import { oklabOf } from './oklab.ts'

describe('packLqip', () => {
  it('packs cells, then lightness, then the two colour scales', () => {
    const middle = { l: 0.6, a: 0, b: 0 }
    const cells = [-0.5, -0.2, 0.2, 0.5, -0.5, 0.5].map((difference) => ({ ...middle, l: 0.6 + difference }))
    const packed = packLqip(cells).toString(2).padStart(20, '0')
    expect(packed.match(/^(.{12})(..)(...)(...)$/)!.slice(1)).toEqual(['000110110011', '10', '100', '011'])
  })

  it.each([
    ['black', [0, 0, 0]],
    ['grey', [128, 128, 128]],
    ['white', [255, 255, 255]],
  ] as const)('has no tint for %s', (_, [red, green, blue]) => {
    const { base } = unpackLqip(packLqip(Array(6).fill(oklabOf(red, green, blue))))
    expect([base.a, base.b]).toEqual([0, 0])
  })

  it('is undone by unpackLqip, but for what two bits can hold', () => {
    for (let lqip = 0; lqip < 2 ** 20; lqip += 997) {
      const { base, cells } = unpackLqip(lqip)
      expect(lqip >> 8).toBe(cells.reduce((packed, cell) => packed * 4 + Math.round((cell + 0.5) * 3), 0))
      expect(lqip & 255).toBe(packLqip(Array(6).fill(base)) & 255)
    }
  })
})

describe('oklabOf', () => {
  it('agrees with the published values of the primaries', () => {
    const rounded = (red: number, green: number, blue: number) =>
      Object.values(oklabOf(red, green, blue)).map((channel) => Number(channel.toFixed(3)) + 0)
    expect(rounded(255, 255, 255)).toEqual([1, 0, 0])
    expect(rounded(255, 0, 0)).toEqual([0.628, 0.225, 0.126])
    expect(rounded(0, 255, 0)).toEqual([0.866, -0.234, 0.179])
    expect(rounded(0, 0, 255)).toEqual([0.452, -0.032, -0.312])
  })
})
