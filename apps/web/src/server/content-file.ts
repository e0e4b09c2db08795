import { constants } from 'node:fs'
import { open, realpath } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { join, sep } from 'node:path'
import { pipeline } from 'node:stream/promises'

export interface ContentFile {
  size: number
  /** Sends a part at the pace of its reader; a reader who leaves ends it. */
  write(response: ServerResponse, start: number, end: number): Promise<void>
  close(): Promise<void>
}

/**
 * Opens a file of the content folder for reading. Symbolic links may lead around inside the folder, not out of it:
 * whoever can write content must not be able to publish the rest of the machine.
 */
export async function openContentFile(folder: string, path: string): Promise<ContentFile | undefined> {
  const file = await locate(folder, path)
  if (!file) return undefined
  // Without O_NONBLOCK a pipe put in the file's place would hold a thread until somebody writes to it.
  const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(
    () => undefined,
  )
  if (!handle) return undefined
  const stat = await handle.stat()
  if (!stat.isFile()) {
    await handle.close()
    return undefined
  }
  return {
    size: stat.size,
    async write(response, start, end) {
      const bytes = handle.createReadStream({ start, end, autoClose: false, highWaterMark: 256 * 1024 })
      await pipeline(bytes, response).catch(() => response.destroy())
    },
    close: () => handle.close(),
  }
}

async function locate(folder: string, path: string): Promise<string | undefined> {
  try {
    const root = await realpath(folder)
    const file = await realpath(join(root, path))
    return file.startsWith(root + sep) ? file : undefined
  } catch {
    return undefined
  }
}
