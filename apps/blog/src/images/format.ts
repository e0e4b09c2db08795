export type PictureFormat = 'png' | 'jpeg' | 'webp' | 'gif' | 'avif' | 'tiff'

/** Which kind of picture the bytes are, whatever the file is called. */
export function formatOf(bytes: Uint8Array): PictureFormat | undefined {
  const head = latin1(bytes, 0, 12)
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return 'png'
  if (head.startsWith('\xff\xd8\xff')) return 'jpeg'
  if (head.startsWith('GIF87a') || head.startsWith('GIF89a')) return 'gif'
  if (head.startsWith('RIFF') && head.slice(8) === 'WEBP') return 'webp'
  if (head.startsWith('II*\0') || head.startsWith('MM\0*')) return 'tiff'
  if (head.slice(4, 8) === 'ftyp' && brandsOf(bytes).some((brand) => brand === 'avif' || brand === 'avis'))
    return 'avif'
  return undefined
}

/** Whether the bytes hold an AVIF that moves: our decoder shows no more than its first picture. */
export function isMovingAvif(bytes: Uint8Array): boolean {
  return brandsOf(bytes).includes('avis')
}

/** The brands in the first box of an ISO media file: HEIC, MP4 and AVIF differ in nothing else. */
function brandsOf(bytes: Uint8Array): string[] {
  const length = Math.min(new DataView(bytes.buffer, bytes.byteOffset).getUint32(0), 256)
  const box = latin1(bytes, 8, length)
  return [box.slice(0, 4), ...(box.slice(8).match(/.{4}/gs) ?? [])]
}

function latin1(bytes: Uint8Array, start: number, end: number): string {
  return String.fromCharCode(...bytes.subarray(start, end))
}
