import type { Sharp } from 'sharp'
import { isApng, paintApng, readApng } from './apng.ts'
import type { PictureFormat } from './format.ts'
import { isWholeGif } from './gif.ts'
import { decodePicture, webpOptions } from './picture.ts'
import { lqipOfPixels } from './picture-lqip.ts'
import { assertFrames } from './pixel-limit.ts'
import { type ProcessedAsset, toFile } from './processed-asset.ts'
import { fromPixels, loadSharp, reading, readOptions } from './sharp.ts'
import { animationSize } from './widths.ts'

const resizeOptions = { ...animationSize, fit: 'inside', withoutEnlargement: true } as const

/** Whether the picture has several frames; pages of a TIFF are none. */
export async function isAnimation(bytes: Uint8Array, name: string, format: PictureFormat): Promise<boolean> {
  if (format === 'png') return isApng(bytes)
  if (format !== 'gif' && format !== 'webp') return false
  return reading(name, async () => {
    if (format === 'gif' && !isWholeGif(bytes)) throw new Error('the file is cut short')
    const sharp = await loadSharp()
    const { pages = 1 } = await sharp(bytes, { ...readOptions, animated: true }).metadata()
    return pages > 1
  })
}

/** Turns moving pictures into animated WebP. There is one file: each width would cost as much as all frames do. */
export async function processAnimation(bytes: Uint8Array, name: string): Promise<ProcessedAsset> {
  const { data, info } = await reading(name, async () => {
    const frames = isApng(bytes) ? await fromApng(bytes, name) : await fromFrames(bytes, name)
    return frames.webp(webpOptions).toBuffer({ resolveWithObject: true })
  })
  const [width, height] = [info.width, info.pageHeight ?? info.height]
  const lqip = await lqipOfPixels(await decodePicture(bytes, name))
  const files = [toFile(data, 'image/webp', width, height)]
  return { kind: 'animation', contentType: 'image/webp', width, height, lqip, files }
}

async function fromFrames(bytes: Uint8Array, name: string): Promise<Sharp> {
  const sharp = await loadSharp()
  const { width, pageHeight, height, pages = 1 } = await sharp(bytes, { ...readOptions, animated: true }).metadata()
  assertFrames(name, width, pageHeight ?? height, pages)
  return sharp(bytes, { ...readOptions, animated: true })
    .resize(resizeOptions)
    .toColourspace('srgb')
}

async function fromApng(bytes: Uint8Array, name: string): Promise<Sharp> {
  const sharp = await loadSharp()
  const apng = readApng(bytes)
  const { width, height, loop, frames } = apng
  assertFrames(name, width, height, frames.length)
  // Painted frames wait for the encoder as PNG: as pixels they could fill the memory. They are resized one by one,
  // since sharp keeps only the first of joined ones that it resizes.
  const painted: Uint8Array[] = []
  for await (const data of paintApng(apng, decodeFrame)) {
    const frame = fromPixels(sharp, { data, width, height, channels: 4 }).resize(resizeOptions)
    painted.push(await frame.png({ compressionLevel: 1 }).toBuffer())
  }
  return sharp(painted, { ...readOptions, join: { animated: true } }).webp({
    loop,
    delay: frames.map(({ delayMs }) => delayMs),
  })

  async function decodeFrame(png: Uint8Array): Promise<Uint8Array> {
    return sharp(png, readOptions).toColourspace('srgb').ensureAlpha().raw({ depth: 'uchar' }).toBuffer()
  }
}
