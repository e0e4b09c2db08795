import sharp, { type Sharp } from 'sharp'
import { describe, expect, it } from 'vitest'
import { processAsset } from './process-asset.ts'
import { apngOf, type TestFrame } from './testing/apng.ts'

const red = [255, 0, 0, 255] as const
const blue = [0, 0, 255, 255] as const
const faintBlue = [0, 0, 255, 128] as const
const nothing = [0, 0, 0, 0] as const

describe('processAsset with moving pictures', () => {
  it.each(['gif', 'webp'] as const)('keeps the frames, times and rounds of a %s', async (format) => {
    const asset = await processAsset(await frames(3, 60, 40).toFormat(format, timing).toBuffer(), 'a.gif')
    expect(asset).toMatchObject({ kind: 'animation', contentType: 'image/webp', width: 60, height: 40 })
    expect(asset.lqip).toBeTypeOf('number')
    expect(asset.files.map(({ width, height }) => [width, height])).toEqual([[60, 40]])
    expect(await sharp(asset.files[0]!.bytes).metadata()).toMatchObject({ format: 'webp', pages: 3, ...timing })
  })

  it('caps the width of an animation', async () => {
    const { width, height } = await processAsset(await frames(2, 1200, 100).gif().toBuffer(), 'a.gif')
    expect([width, height]).toEqual([1080, 90])
  })

  it('takes a GIF of one frame for a picture', async () => {
    expect(await processAsset(await frames(1, 60, 40).gif().toBuffer(), 'a.gif')).toMatchObject({ kind: 'image' })
  })

  it('refuses more frames than can be converted in reasonable time', async () => {
    const still = { width: 4000, height: 4000, left: 0, top: 0, colour: red } as const
    const bytes = apngOf(4000, 4000, [still, ...Array(25).fill({ ...still, width: 1, height: 1 })])
    await expect(processAsset(bytes, 'long.png')).rejects.toMatchObject({
      code: 'image_too_large',
      message:
        'the picture long.png has 26 frames of 4000 × 4000 pixels; the limit is 5000 frames and 400 million pixels',
    })
  })

  it.each(['gif', 'webp'] as const)('refuses a %s that was cut short', async (format) => {
    const whole = await frames(3, 60, 40).toFormat(format).toBuffer()
    for (const missing of [2, 200, whole.length / 2]) {
      const cut = processAsset(whole.subarray(0, whole.length - missing), 'a.gif')
      await expect(cut).rejects.toHaveProperty('code', 'unreadable_image')
    }
  })

  it('forgives a GIF that lacks nothing but its trailer', async () => {
    const whole = await frames(3, 60, 40).gif().toBuffer()
    expect(await processAsset(whole.subarray(0, -1), 'a.gif')).toHaveProperty('kind', 'animation')
  })
})

describe('processAsset with animated PNG', () => {
  const whole = { left: 0, top: 0, width: 80, height: 80, colour: red } as const
  const middle = { left: 40, top: 0, width: 40, height: 80 } as const

  it('keeps the frames, times and rounds', async () => {
    const bytes = apngOf(80, 80, [whole, { ...middle, colour: blue }], 5)
    const asset = await processAsset(bytes, 'a.png')
    expect(asset).toMatchObject({ kind: 'animation', width: 80, height: 80, contentType: 'image/webp' })
    const { pages, loop, delay } = await sharp(asset.files[0]!.bytes).metadata()
    expect([pages, loop, delay]).toEqual([2, 5, [100, 100]])
  })

  it.each<[string, TestFrame[], (readonly number[])[]]>([
    ['over the last one', [whole, { ...middle, colour: blue }], [red, blue]],
    ['in place of the last one', [whole, { ...middle, colour: nothing, blend: 'source' }], [red, nothing]],
    ['through transparency', [whole, { ...middle, colour: faintBlue, blend: 'over' }], [red, [127, 0, 128, 255]]],
    [
      'after clearing the last one',
      [
        { ...whole, dispose: 'clear' },
        { ...middle, colour: blue },
      ],
      [nothing, blue],
    ],
    [
      'after putting back what was there',
      [whole, { ...whole, colour: blue, dispose: 'restore' }, { ...middle, colour: faintBlue, blend: 'over' }],
      [red, [127, 0, 128, 255]],
    ],
  ])('paints a frame %s', async (_, painted, [left, right]) => {
    const { files } = await processAsset(apngOf(80, 80, painted), 'a.png')
    const last = await sharp(files[0]!.bytes, { page: painted.length - 1 })
      .ensureAlpha()
      .raw()
      .toBuffer()
    const at = (x: number) => last.subarray((40 * 80 + x) * 4, (40 * 80 + x) * 4 + 4)
    expect(differenceOf(at(20), left!)).toBeLessThan(12)
    expect(differenceOf(at(60), right!)).toBeLessThan(12)
  })

  it('refuses frames that are missing or reach beyond the picture', async () => {
    const bytes = apngOf(80, 80, [whole, { ...middle, colour: blue }])
    await expect(processAsset(bytes.subarray(0, -70), 'a.png')).rejects.toHaveProperty('code', 'unreadable_image')
    const outside = apngOf(80, 80, [whole, { ...whole, left: 1 }])
    await expect(processAsset(outside, 'a.png')).rejects.toHaveProperty('code', 'unreadable_image')
  })
})

const timing = { loop: 2, delay: [100, 200, 300] }

/** Frames of different colours. */
function frames(count: number, width: number, height: number): Sharp {
  const data = new Uint8Array(width * height * count * 3).map((_, at) => (at * 37) & 255 & (at >> 9))
  return sharp(data, { raw: { width, height: height * count, channels: 3, pageHeight: height } })
}

/** Colours of what cannot be seen do not count. */
function differenceOf(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a[3] === 0 && b[3] === 0) return 0
  return Math.max(...[0, 1, 2, 3].map((channel) => Math.abs(a[channel]! - b[channel]!)))
}
