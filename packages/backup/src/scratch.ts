import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** A folder for as long as the work takes. */
export async function withScratch<Result>(parent: string, work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(parent, '.backup-'))
  try {
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
