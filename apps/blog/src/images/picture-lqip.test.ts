import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { unpackLqip } from './lqip.ts'
import { oklabOf } from './oklab.ts'
import { lqipOfPixels } from './picture-lqip.ts'
import type { Pixels } from './sharp.ts'

type Colour = readonly [red: number, green: number, blue: number, alpha?: number]

const red = [255, 0, 0] as const
const navy = [20, 30, 90] as const
const black = [0, 0, 0] as const
const white = [255, 255, 255] as const

describe('lqipOfPixels', () => {
  // Golden: they are what the original says of such pixels, plus 2 ** 19.
  it.each([
    ['black', [black], 0x55523],
    ['grey', [[128, 128, 128]], 0x555a3],
    ['white', [white], 0xaaae3],
    ['pure red', [red], 0xaaabd],
    ['pure blue', [[0, 0, 255]], 0xaaa60],
    [
      'a light top above a dark floor',
      [
        [200, 210, 230],
        [60, 50, 40],
      ],
      0xa80a3,
    ],
    [
      'a dark left side',
      [
        [10, 10, 10],
        [240, 240, 240],
        [240, 240, 240],
      ],
      0x3cfa3,
    ],
  ] as const)('gives %s its known number', async (_, cells, expected) => {
    expect(await lqipOfPixels(grid(cells, cells.length === 2 ? 1 : cells.length))).toBe(expected)
  })

  it.each([red, navy, black, white, [128, 128, 128], [240, 200, 160]] as const)('comes near %j', async (...colour) => {
    const { base } = unpackLqip((await lqipOfPixels(grid([colour], 1)))!)
    expect(distance(base, oklabOf(...colour))).toBeLessThan(0.25)
  })

  it('is the same with and without an alpha channel', async () => {
    const cells = [red, navy, white, black, white, navy]
    const opaque = cells.map((colour) => [...colour, 255] as const)
    expect(await lqipOfPixels(grid(opaque, 3))).toBe(await lqipOfPixels(grid(cells, 3)))
  })

  it('does not see the colours under transparent pixels', async () => {
    const withHiddenEdge = ([red, green, blue]: Colour) => {
      const pixels = grid([[...navy, 255]], 1)
      for (let pixel = 0; pixel < 120; pixel++) pixels.data.set([red, green, blue, 0], pixel * 4)
      return lqipOfPixels(pixels)
    }
    const opaque = await lqipOfPixels(grid([navy], 1))
    for (const hidden of [red, black, white]) expect(await withHiddenEdge(hidden)).toBe(opaque)
  })

  it('gives none to a picture that the page is seen through', async () => {
    expect(
      await lqipOfPixels(
        grid(
          [
            [...navy, 255],
            [...navy, 0],
          ],
          2,
        ),
      ),
    ).toBeNull()
    expect(await lqipOfPixels(grid([[...navy, 0]], 1))).toBeNull()
  })

  it.each([
    [3000, 40],
    [40, 3000],
    [2, 2],
    [1, 1],
  ])('fills its six cells from %i × %i pixels', async (width, height) => {
    const data = await sharp({ create: { width, height, channels: 3, background: '#808080' } })
      .raw()
      .toBuffer()
    expect(await lqipOfPixels({ data, width, height, channels: 3 })).toBe(0x555a3)
  })
})

/** A picture of equal tiles, 40 pixels wide each. */
function grid(tiles: readonly Colour[], columns: number): Pixels {
  const tile = 40
  const channels = tiles[0]!.length as 3 | 4
  const [width, height] = [columns * tile, (tiles.length / columns) * tile]
  const data = new Uint8Array(width * height * channels)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const colour = tiles[Math.floor(y / tile) * columns + Math.floor(x / tile)]!
      data.set(colour as readonly number[], (y * width + x) * channels)
    }
  }
  return { data, width, height, channels }
}

function distance(a: ReturnType<typeof oklabOf>, b: ReturnType<typeof oklabOf>): number {
  return Math.hypot(a.l - b.l, a.a - b.a, a.b - b.b)
}
