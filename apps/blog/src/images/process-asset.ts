import { extname } from 'node:path'
import { ContentError } from '../errors.ts'
import { isAnimation, processAnimation } from './animation.ts'
import { contentTypeOf } from './content-types.ts'
import { formatOf, isMovingAvif } from './format.ts'
import { processPicture } from './picture.ts'
import { type ProcessedAsset, toFile } from './processed-asset.ts'
import { looksLikeSvg, processSvg } from './svg.ts'

/** Names that promise a picture: with other bytes in it, the file is broken or of a kind nobody can show. */
const pictureName = /^\.(?:png|apng|jpe?g|jfif|webp|gif|avif|tiff?|heic|heif|jxl|jp2|bmp|psd)$/

/**
 * Turns a file of `assets/` into what is served. Pictures are told by their bytes, not by their names; drawings and
 * all other files by their names. Throws a ContentError for a picture that cannot be shown.
 */
export async function processAsset(bytes: Uint8Array, name: string): Promise<ProcessedAsset> {
  const format = formatOf(bytes)
  if (format === 'avif' && isMovingAvif(bytes)) {
    throw new ContentError('moving_avif', `${name} is an AVIF that moves, which cannot be converted`)
  }
  if (format) {
    return (await isAnimation(bytes, name, format)) ? processAnimation(bytes, name) : processPicture(bytes, name)
  }

  const extension = extname(name).toLowerCase()
  if (extension === '.svg') return processSvg(bytes, name)
  if (pictureName.test(extension)) {
    if (looksLikeSvg(bytes)) return processSvg(bytes, name)
    throw refusalOf(bytes, name)
  }
  return passOn(bytes, name)
}

function passOn(bytes: Uint8Array, name: string): ProcessedAsset {
  const contentType = contentTypeOf(name)
  const file = toFile(bytes, contentType, null, null)
  return { kind: 'file', contentType, width: null, height: null, lqip: null, files: [file] }
}

function refusalOf(bytes: Uint8Array, name: string): ContentError {
  if (bytes.length === 0) return new ContentError('unreadable_image', `the picture ${name} is empty`)
  return new ContentError('unsupported_image', `the file ${name} is not a picture of a kind that can be converted`)
}
