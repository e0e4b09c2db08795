import { createWriteStream } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream as NodeReadableStream } from 'node:stream/web'

/** Named by the process, so that what a killed one left can be told from what a running one needs. */
const prefix = '.backup-'

/** A folder for as long as the work takes. */
export async function withScratch<Result>(parent: string, work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await makeScratch(parent)
  try {
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Writes a database that comes as a stream to a file, for `takeBackup` to take away. */
export async function saveCopy(stream: ReadableStream<Uint8Array>, parent: string): Promise<string> {
  const folder = await makeScratch(parent)
  const file = join(folder, 'stream.db')
  try {
    await pipeline(Readable.fromWeb(stream as NodeReadableStream), createWriteStream(file))
    return file
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
}

/** Removes what processes left that were killed at work: whole copies of the database. */
export async function clearScratch(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const [, process] = /^\.backup-(\d+)-/.exec(name) ?? []
    if (process && !isRunning(Number(process))) await rm(join(parent, name), { recursive: true, force: true })
  }
}

function makeScratch(parent: string): Promise<string> {
  return mkdtemp(join(parent, `${prefix}${process.pid}-`))
}

/** A process that has just begun has the number of a former one, in a container above all. */
function isRunning(id: number): boolean {
  if (id === process.pid) return false
  try {
    process.kill(id, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}
