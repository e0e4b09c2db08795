import type { Sharp } from 'sharp'
import { packLqip } from './lqip.ts'
import { oklabOf } from './oklab.ts'
import { fromPixels, loadSharp, type Pixels } from './sharp.ts'

/**
 * A picture that lets more of the page through than this gets no placeholder: it would stay visible behind the
 * picture once that has come, and black strokes on nothing would be black strokes on dark grey.
 */
const leastOpacity = 0.9

/** The placeholder of a picture, or null for one that is transparent in good part. */
export async function lqipOfPixels(pixels: Pixels): Promise<number | null> {
  const sharp = await loadSharp()
  if (pixels.channels === 3) return packGrid(fromPixels(sharp, pixels))

  // What is transparent takes the mean colour of what can be seen: the bytes there are any colour, mostly black.
  const mean = await fromPixels(sharp, pixels).resize(1, 1, { fit: 'fill' }).raw().toBuffer()
  const [r = 0, g = 0, b = 0, alpha = 0] = mean
  if (alpha < leastOpacity * 255) return null
  return packGrid(fromPixels(sharp, pixels).flatten({ background: { r, g, b } }))
}

/** Forces the grid whatever the picture's shape, and sharpens: six pixels of a picture are paler than the picture. */
async function packGrid(picture: Sharp): Promise<number> {
  const grid = picture.resize(3, 2, { fit: 'fill' }).sharpen({ sigma: 1 })
  const rgb = await grid.toColourspace('srgb').raw().toBuffer()
  const cells = [0, 3, 6, 9, 12, 15].map((at) => oklabOf(rgb[at]!, rgb[at + 1]!, rgb[at + 2]!))
  return packLqip(cells)
}
