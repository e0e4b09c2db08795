import { ContentError } from '../errors.ts'
import { type ProcessedAsset, toFile } from './processed-asset.ts'
import { sanitiseSvg } from './svg-sanitise.ts'
import { ensureViewBox, sizeOf } from './svg-size.ts'
import { spreadStyles } from './svg-styles.ts'
import { toXml } from './svg-tree.ts'

const contentType = 'image/svg+xml'
const maxMegabytes = 8

/** Makes a drawing safe to open by its address, and tells its size. It stays a drawing. */
export function processSvg(bytes: Uint8Array, name: string): ProcessedAsset {
  assertSize(bytes, name)
  try {
    const root = sanitiseSvg(decode(bytes))
    spreadStyles(root)
    ensureViewBox(root)
    const { width, height } = sizeOf(root)
    const files = [toFile(Buffer.from(toXml(root)), contentType, width, height)]
    return { kind: 'vector', contentType, width, height, lqip: null, files }
  } catch (error) {
    const reason = (error as Error).message.split('\n')[0]
    throw new ContentError('unreadable_svg', `cannot read the drawing ${name}: ${reason}`, { cause: error })
  }
}

/** Whether bytes that are called a picture hold a drawing. */
export function looksLikeSvg(bytes: Uint8Array): boolean {
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, 4096)).replaceAll('\0', '')
  return /^[^<]*<(?:\?xml|!--|!DOCTYPE svg|\w+:svg|svg)/i.test(start) && /<(?:\w+:)?svg\b/.test(start)
}

function assertSize(bytes: Uint8Array, name: string) {
  if (bytes.length <= maxMegabytes * 1e6) return
  const size = `${Math.ceil(bytes.length / 1e6)} MB`
  throw new ContentError('image_too_large', `the drawing ${name} has ${size}; the limit is ${maxMegabytes} MB`)
}

/** As the byte order mark or the XML declaration says, else UTF-8. */
function decode(bytes: Uint8Array): string {
  const [first, second] = bytes
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le', { fatal: true }).decode(bytes)
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be', { fatal: true }).decode(bytes)
  const declaration = new TextDecoder('latin1').decode(bytes.subarray(0, 200))
  const [, encoding = 'utf-8'] = declaration.match(/^[^<]*<\?xml[^>]*?encoding\s*=\s*["']([\w.-]+)["']/) ?? []
  return new TextDecoder(encoding, { fatal: true }).decode(bytes)
}
