import { lqipOfPixels } from './picture-lqip.ts'
import { assertPixels } from './pixel-limit.ts'
import { type ProcessedAsset, type ProcessedFile, toFile } from './processed-asset.ts'
import { fromPixels, loadSharp, type Pixels, reading, readOptions } from './sharp.ts'
import { fullSize, widthsOf } from './widths.ts'

/** Effort 4 costs libwebp 2.5 times the work of 2 and saves a twentieth of the bytes; above it there is little to gain. */
export const webpOptions = { quality: 80, effort: 4 }

/** Turns a picture that does not move into WebP files, upright, in sRGB and without metadata. */
export async function processPicture(bytes: Uint8Array, name: string): Promise<ProcessedAsset> {
  const pixels = await decodePicture(bytes, name)
  const files: ProcessedFile[] = []
  // One after the other: see `loadSharp`.
  for (const width of widthsOf(pixels.width)) files.push(await encode(pixels, width))
  const { width, height } = pixels
  return { kind: 'image', contentType: 'image/webp', width, height, lqip: await lqipOfPixels(pixels), files }
}

/** The pixels every file is made from, so that the original is decoded once. */
export function decodePicture(bytes: Uint8Array, name: string): Promise<Pixels> {
  return reading(name, async () => {
    const sharp = await loadSharp()
    const { width, height, format } = await sharp(bytes, readOptions).metadata()
    assertPixels(name, width, height, format)
    const { data, info } = await sharp(bytes, readOptions)
      .autoOrient()
      .resize({ ...fullSize, fit: 'inside', withoutEnlargement: true })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true })
    return { data, width: info.width, height: info.height, channels: info.channels as 3 | 4 }
  })
}

async function encode(pixels: Pixels, width: number): Promise<ProcessedFile> {
  const picture = fromPixels(await loadSharp(), pixels)
  if (width < pixels.width) picture.resize({ width })
  const { data, info } = await picture.webp(webpOptions).toBuffer({ resolveWithObject: true })
  return toFile(data, 'image/webp', info.width, info.height)
}
