import { createHash } from 'node:crypto'
import sharp, { type Sharp } from 'sharp'
import { describe, expect, it } from 'vitest'
import { ContentError } from '../errors.ts'
import { unpackLqip } from './lqip.ts'
import { processAsset } from './process-asset.ts'

describe('processAsset', () => {
  it('makes WebP files of several widths, narrowest first, each named by its bytes', async () => {
    const asset = await processAsset(await noise(2000, 1000).jpeg().toBuffer(), 'a.jpg')
    expect(asset).toMatchObject({ kind: 'image', contentType: 'image/webp', width: 2000, height: 1000 })
    expect(asset.files.map(({ width, height }) => [width, height])).toEqual([
      [480, 240],
      [768, 384],
      [1080, 540],
      [1600, 800],
      [2000, 1000],
    ])
    for (const { bytes, width, contentType, hash } of asset.files) {
      const { format, width: actual } = await sharp(bytes).metadata()
      expect([format, actual, contentType]).toEqual(['webp', width, 'image/webp'])
      expect(hash).toBe(createHash('sha256').update(bytes).digest('hex').slice(0, 16))
    }
  })

  it('never enlarges, and makes one file of a picture that is narrow already', async () => {
    const { files } = await processAsset(await noise(480, 30).png().toBuffer(), 'a.png')
    expect(files.map(({ width, height }) => [width, height])).toEqual([[480, 30]])
  })

  it('caps the full size', async () => {
    const wide = await processAsset(await plain(5000, 100).png().toBuffer(), 'wide.png')
    expect([wide.width, wide.height]).toEqual([2400, 48])
    const high = await processAsset(await plain(100, 20_000).png().toBuffer(), 'high.png')
    expect([high.width, high.height]).toEqual([48, 9600])
  })

  it.each(['png', 'jpeg', 'webp', 'gif', 'avif', 'tiff'] as const)(
    'reads %s whatever its name says',
    async (format) => {
      const bytes = await plain(40, 20).toFormat(format).toBuffer()
      expect(await processAsset(bytes, 'notes.txt')).toMatchObject({ kind: 'image', width: 40, height: 20 })
    },
  )

  it('turns a picture upright and drops what a camera wrote into it', async () => {
    const bytes = await plain(60, 40)
      .withExif({ IFD0: { Copyright: 'Ana' } })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer()
    const { width, height, files } = await processAsset(bytes, 'a.jpg')
    expect([width, height]).toEqual([40, 60])
    const { exif, icc, xmp, orientation } = await sharp(files[0]!.bytes).metadata()
    expect([exif, icc, xmp, orientation]).toEqual([undefined, undefined, undefined, undefined])
  })

  it('converts other colour spaces to sRGB', async () => {
    for (const picture of [plain(8, 8).withIccProfile('p3').png(), plain(8, 8).toColourspace('rgb16').png()]) {
      const { files } = await processAsset(await picture.toBuffer(), 'a.png')
      const [red = 0, green = 0, blue = 0] = await sharp(files[0]!.bytes).raw().toBuffer()
      expect([red, green, blue].map((channel) => Math.round(channel / 10) * 10)).toEqual([200, 100, 50])
    }
  })

  it('keeps transparency', async () => {
    const bytes = await plain(8, 8, 0.5).png().toBuffer()
    const { files } = await processAsset(bytes, 'a.png')
    expect((await sharp(files[0]!.bytes).metadata()).hasAlpha).toBe(true)
  })

  it.each([
    ['png', 0.5],
    ['jpeg', 0.9],
    ['webp', 0.9],
    ['gif', 0.9],
    ['avif', 0.9],
    ['tiff', 0.9],
  ] as const)('refuses a %s that was cut short', async (format, share) => {
    const whole = await noise(300, 200).toFormat(format).toBuffer()
    const cut = whole.subarray(0, Math.floor(whole.length * share))
    await expect(processAsset(cut, 'cats/tom.jpg')).rejects.toMatchObject({
      code: 'unreadable_image',
      message: expect.stringMatching(/^cannot read the picture cats\/tom\.jpg: [^\n]+$/),
    })
  })

  it('refuses an empty picture, and one of an unknown kind, with a way out', async () => {
    await expect(processAsset(new Uint8Array(), 'a.png')).rejects.toMatchObject({ code: 'unreadable_image' })
    const error = await processAsset(Buffer.from('not a picture'), 'a.heic').catch((thrown) => thrown)
    expect(error).toBeInstanceOf(ContentError)
    expect(error).toMatchObject({ code: 'unsupported_image', fix: expect.stringContaining('Save it as PNG') })
  })

  it.each([
    ['first', 8],
    ['among others', 16],
  ])('refuses an AVIF that moves rather than stop it, its brand being %s', async (_, at) => {
    const avif = await sharp({ create: { width: 9, height: 9, channels: 3, background: 'red' } })
      .avif()
      .toBuffer()
    avif.write('avis', at, 'latin1')
    const fix = expect.stringContaining('GIF, WebP or animated PNG')
    await expect(processAsset(avif, 'a.avif')).rejects.toMatchObject({ code: 'moving_avif', fix })
  })

  it('refuses a picture with too many pixels without decoding it', async () => {
    await expect(processAsset(await bomb(20_000, 30_000), 'bomb.png')).rejects.toMatchObject({
      code: 'image_too_large',
      message: 'the picture bomb.png has 20000 × 30000 pixels; the limit is 100 million pixels',
    })
  })

  it('refuses an AVIF earlier, since it takes more memory', async () => {
    const bytes = await plain(6000, 4000).avif({ effort: 0 }).toBuffer()
    await expect(processAsset(bytes, 'a.avif')).rejects.toMatchObject({
      code: 'image_too_large',
      message: 'the picture a.avif has 6000 × 4000 pixels; the limit is 20 million pixels',
    })
  })

  it('passes other files on', async () => {
    const bytes = Buffer.from('%PDF-1.7')
    expect(await processAsset(bytes, 'talks/slides.pdf')).toMatchObject({
      kind: 'file',
      contentType: 'application/pdf',
      width: null,
      lqip: null,
      files: [{ bytes, contentType: 'application/pdf', hash: expect.stringMatching(/^[0-9a-f]{16}$/) }],
    })
  })

  it('makes a placeholder of the right colour', async () => {
    const { lqip } = await processAsset(await plain(90, 60).png().toBuffer(), 'a.png')
    const { base } = unpackLqip(lqip!)
    expect(base.a).toBeGreaterThan(0)
    expect(base.b).toBeGreaterThan(0)
  })
})

function plain(width: number, height: number, alpha = 1): Sharp {
  const background = { r: 200, g: 100, b: 50, alpha }
  return sharp({ create: { width, height, channels: alpha < 1 ? 4 : 3, background } })
}

function noise(width: number, height: number): Sharp {
  const create = { width, height, channels: 3, background: 'grey' } as const
  return sharp({ create: { ...create, noise: { type: 'gaussian', mean: 128, sigma: 30 } } })
}

/** Says in its header that it is larger than it is. */
async function bomb(width: number, height: number): Promise<Uint8Array> {
  const bytes = await plain(8, 8).jpeg({ progressive: false }).toBuffer()
  const frameHeader = bytes.indexOf('ffc0', 'hex')
  bytes.writeUInt16BE(height, frameHeader + 5)
  bytes.writeUInt16BE(width, frameHeader + 7)
  return bytes
}
