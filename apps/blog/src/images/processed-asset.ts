import { createHash } from 'node:crypto'

export interface ProcessedAsset {
  kind: 'image' | 'animation' | 'vector' | 'file'
  /** Of the full file. */
  contentType: string
  /** As a page should lay it out; null for other files and for drawings that do not say. */
  width: number | null
  height: number | null
  /** See `lqip.ts`. Null where there is nothing to wait for, or where it would be seen through the picture. */
  lqip: number | null
  /** Narrowest first; the last is the full one. */
  files: ProcessedFile[]
}

export interface ProcessedFile {
  width: number | null
  height: number | null
  bytes: Uint8Array
  contentType: string
  /** The first 16 hexadecimal digits of the SHA-256 of `bytes`. */
  hash: string
}

export function toFile(bytes: Uint8Array, contentType: string, width: number | null, height: number | null) {
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 16)
  return { width, height, bytes, contentType, hash } satisfies ProcessedFile
}
