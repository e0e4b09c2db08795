import { rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import SQLite from 'better-sqlite3'
import { hashChunks, type OnProgress, storeChunks } from './chunks.ts'
import { readContents } from './contents.ts'
import { lastDrill } from './drill.ts'
import { BackupError } from './errors.ts'
import { keyOf, listBackups, type Manifest, readManifest } from './manifest.ts'
import { withScratch } from './scratch.ts'
import type { Store } from './store.ts'

/** A database that SQLite can copy while it is in use; or a copy in a scratch folder, which ends with the backup. */
export type BackupSource = { kind: 'file' | 'copy'; file: string }

export interface TakeOptions {
  source: BackupSource
  store: Store
  /** Where the copy is while it is looked at: a folder on a disk with room for it. */
  scratch: string
  /** Which node took it, for people. */
  node: string
  now?: Date
  onProgress?: OnProgress
}

export interface TakenBackup {
  manifest: Manifest
  /** Nothing changed since the last one, so there is no new one. */
  isUnchanged: boolean
  /** Pieces that were not in the store before. */
  stored: number
}

/** Takes a backup. It is there when all of it is stored; one that is interrupted leaves pieces for the next one. */
export async function takeBackup(options: TakeOptions): Promise<TakenBackup> {
  const { source, store, node, now = new Date(), onProgress } = options
  return withScratch(options.scratch, async (folder) => {
    const file = join(folder, 'copy.db')
    if (source.kind === 'copy') await takeAway(source.file, file)
    else await copyOpen(source.file, file)
    const contents = readContents(file, { isThorough: false })
    const hashes = await hashChunks(file)
    const last = await lastBackup(store)
    if (last && last.site !== contents.site) {
      throw new BackupError('other_site', `the backups there are of the site ${last.site}, not of ${contents.site}`)
    }
    // Where a restore failed, what should be there is not to be trusted: all of it is stored again.
    const isTrusted = (await lastDrill(store))?.isGood !== false
    if (isTrusted && last?.sha256 === hashes.sha256) return { manifest: last, isUnchanged: true, stored: 0 }
    const stored = await storeChunks(file, store, new Set(isTrusted ? last?.chunks : []), onProgress)
    const manifest: Manifest = {
      format: 'atoll-backup',
      version: 1,
      at: laterThan(last?.at, now).toISOString(),
      node,
      ...contents,
      ...hashes,
    }
    await store.put(keyOf(manifest), Buffer.from(JSON.stringify(manifest)))
    return { manifest, isUnchanged: false, stored }
  })
}

async function takeAway(copy: string, file: string): Promise<void> {
  await rename(copy, file)
  await rm(dirname(copy), { recursive: true })
}

async function copyOpen(source: string, file: string): Promise<void> {
  const database = new SQLite(source, { readonly: true, fileMustExist: true })
  try {
    // All in one step once it has begun: in many, each write of others would begin it anew.
    await database.backup(file, { progress: () => 0x7fffffff })
  } finally {
    database.close()
  }
}

/** One that cannot be read does not keep the next from being taken: all its pieces are stored again. */
async function lastBackup(store: Store): Promise<Manifest | undefined> {
  const [last] = await listBackups(store)
  if (!last) return undefined
  return readManifest(store, last.key).catch((error) => {
    if (error instanceof BackupError && error.code !== 'store_failed') return undefined
    throw error
  })
}

/** Nodes' clocks differ; the newest backup must also be the one that was taken last. */
function laterThan(last: string | undefined, now: Date): Date {
  return last === undefined ? now : new Date(Math.max(now.getTime(), Date.parse(last) + 1))
}
