import { ContentError } from '../errors.ts'

/** Decoding this many takes 200 to 450 MB. Cameras of phones make 12 to 50. */
const maxMegapixels = 100

/** Decoding AVIF takes five times as much. */
const maxMegapixelsOfAvif = 20

/** Of all frames together. They are decoded one by one: this is a limit to time, not to memory. */
const maxMegapixelsOfAnimation = 400

const maxFrames = 5000

/** Tells a decompression bomb by its header. `format` is what libvips calls it, where AVIF is a kind of `heif`. */
export function assertPixels(name: string, width: number, height: number, format?: string): void {
  const limit = format === 'heif' ? maxMegapixelsOfAvif : maxMegapixels
  if (width * height > limit * 1e6) throw tooLarge(name, `${width} × ${height} pixels`, `${limit}`)
}

export function assertFrames(name: string, width: number, height: number, frames: number): void {
  assertPixels(name, width, height)
  if (frames <= maxFrames && width * height * frames <= maxMegapixelsOfAnimation * 1e6) return
  throw tooLarge(
    name,
    `${frames} frames of ${width} × ${height} pixels`,
    `${maxFrames} frames and ${maxMegapixelsOfAnimation}`,
  )
}

function tooLarge(name: string, size: string, limit: string): ContentError {
  return new ContentError('image_too_large', `the picture ${name} has ${size}; the limit is ${limit} million pixels`)
}
