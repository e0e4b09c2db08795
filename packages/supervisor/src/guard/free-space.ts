import { statfs } from 'node:fs/promises'
import { repeat } from './observer.ts'

export interface FreeSpace {
  readonly freeBytes: number | undefined
  /** Full at `leastBytes`, and well again only at twice as much: a disk at the limit must not join and leave for ever. */
  readonly isFull: boolean
  close(): Promise<void>
}

/** Watches the disks that data is written to; `onChange` when one is too full to go on, and when all are well again. */
export function watchFreeSpace(options: {
  folders: readonly string[]
  leastBytes: number
  signal: AbortSignal
  onChange(isFull: boolean): void
}): FreeSpace {
  const { folders, leastBytes, signal, onChange } = options
  let freeBytes: number | undefined
  let isFull = false
  const loop = repeat({ everyMs: 1000, signal }, async () => {
    const found = await Promise.all(folders.map((folder) => statfs(folder).catch(() => undefined)))
    const disks = found.filter((disk) => disk !== undefined)
    if (disks.length === 0) return
    freeBytes = Math.min(...disks.map(({ bavail, bsize }) => bavail * bsize))
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
