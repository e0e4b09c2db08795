import { randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

export interface CardFolder {
  read(key: string): Promise<Buffer | undefined>
  write(key: string, png: Buffer): Promise<void>
}

interface StoredFile {
  path: string
  size: number
  /** Of its last use, within a day. */
  usedAt: number
}

const dayMs = 86_400_000

/** What every PNG ends with: a file that was cut short by a power failure does not. */
const pngEnd = Buffer.from('0000000049454e44ae426082', 'hex')

/**
 * Painted cards on disk, by what is on them. Those that were not asked for the longest go when `maxBytes` are
 * exceeded; losing them all costs nothing but the time to paint them again.
 */
export function openCardFolder(folder: string, { maxBytes = 64 * 1024 * 1024 } = {}): CardFolder {
  /** Bytes in the folder as far as known; unknown before the first look. */
  let total: Promise<number> | undefined

  return {
    async read(key) {
      const path = pathOf(key)
      const png = await readFile(path).catch(() => undefined)
      if (!png?.subarray(-pngEnd.length).equals(pngEnd)) return undefined
      await touch(path)
      return png
    },

    async write(key, png) {
      await mkdir(folder, { recursive: true })
      const unfinished = join(folder, `${key}.${randomUUID()}.tmp`)
      try {
        await writeFile(unfinished, png)
        await rename(unfinished, pathOf(key))
      } catch (error) {
        await rm(unfinished, { force: true })
        throw error
      }
      total = total ? total.then((bytes) => bytes + png.length) : clean()
      if ((await total) > maxBytes) total = clean()
      await total
    },
  }

  function pathOf(key: string): string {
    return join(folder, `${key}.png`)
  }

  /** Removes what is too much, and the remains of writers that were killed. Returns the bytes that are left. */
  async function clean(): Promise<number> {
    const files = await list()
    let left = files.reduce((bytes, { size }) => bytes + size, 0)
    const target = left > maxBytes ? maxBytes * 0.8 : maxBytes
    for (const { path, size, usedAt } of files.sort((a, b) => a.usedAt - b.usedAt)) {
      const isAbandoned = path.endsWith('.tmp') && usedAt < Date.now() - dayMs
      if (left <= target && !isAbandoned) continue
      await rm(path, { force: true })
      left -= size
    }
    return left
  }

  async function list(): Promise<StoredFile[]> {
    const names = await readdir(folder)
    const files = await Promise.all(
      names.map(async (name) => {
        const path = join(folder, name)
        const facts = await stat(path).catch(() => undefined)
        return facts?.isFile() ? [{ path, size: facts.size, usedAt: facts.mtimeMs }] : []
      }),
    )
    return files.flat()
  }

  /** Once a day is exact enough, and writes little. */
  async function touch(path: string): Promise<void> {
    try {
      const { mtimeMs } = await stat(path)
      if (mtimeMs < Date.now() - dayMs) await utimes(path, new Date(), new Date())
    } catch {
      // It was removed meanwhile, or may not be written: then it is simply older than it seems.
    }
  }
}
