/**
 * Whether all blocks of a GIF are there. libvips shows the frames it finds, so half an animation would pass for one.
 * A missing trailer is forgiven, as browsers do.
 */
export function isWholeGif(bytes: Uint8Array): boolean {
  let at = 13 + colourTableSize(bytes[10])
  while (at < bytes.length) {
    const kind = bytes[at]
    if (kind === extension) at = skipSubBlocks(bytes, at + 2)
    else if (kind === image) at = skipSubBlocks(bytes, at + 11 + colourTableSize(bytes[at + 9]))
    else return true
  }
  return at === bytes.length
}

const extension = 0x21
const image = 0x2c

function colourTableSize(flags = 0): number {
  return flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0
}

/** Each sub-block says its length; an empty one is the last. A place beyond the end tells that it is not there. */
function skipSubBlocks(bytes: Uint8Array, start: number): number {
  let at = start
  while (at < bytes.length && bytes[at] !== 0) at += 1 + bytes[at]!
  return at + 1
}
