import { statfs } from 'node:fs/promises'
import { repeat } from './observer.ts'

export interface FreeSpace {
  readonly freeBytes: number | undefined
  /** Full at `leastBytes`, and well again only at twice as much: a disk at the limit must not join and leave for ever. */
  readonly isFull: boolean
  close(): Promise<void>
}

/** Watches the disk of the data; `onChange` when it becomes too full to go on, and when it is well again. */
export function watchFreeSpace(options: {
  folder: string
  leastBytes: number
  signal: AbortSignal
  onChange(isFull: boolean): void
}): FreeSpace {
  const { folder, leastBytes, signal, onChange } = options
  let freeBytes: number | undefined
  let isFull = false
  const loop = repeat({ everyMs: 1000, signal }, async () => {
    const { bavail, bsize } = await statfs(folder)
    freeBytes = bavail * bsize
    const next = freeBytes < leastBytes * (isFull ? 2 : 1)
    if (next === isFull) return
    isFull = next
    onChange(isFull)
  })

  return {
    get freeBytes() {
      return freeBytes
    },
    get isFull() {
      return isFull
    },
    close: () => loop,
  }
}
