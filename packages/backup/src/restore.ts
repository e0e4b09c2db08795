import { existsSync } from 'node:fs'
import { link, open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import SQLite from 'better-sqlite3'
import { fetchChunks, type OnProgress } from './chunks.ts'
import { differenceOf, readContents } from './contents.ts'
import { BackupError } from './errors.ts'
import { findBackup, type Manifest } from './manifest.ts'
import type { Store } from './store.ts'

export interface FetchOptions {
  store: Store
  /** Default: the newest one. */
  at?: Date | undefined
  onProgress?: OnProgress
}

/** Writes the database of a backup to a file that is not there yet, and proves that it is the one that was kept. */
export async function fetchBackup(file: string, { store, at, onProgress }: FetchOptions): Promise<Manifest> {
  const manifest = await findBackup(store, at)
  try {
    await fetchChunks(store, manifest, file, onProgress)
    const difference = differenceOf(manifest, readContents(file, { isThorough: true }))
    if (difference) throw new BackupError('damaged', `the backup of ${manifest.at}: ${difference}`)
    return manifest
  } catch (error) {
    await rm(file, { force: true })
    throw error
  }
}

export interface RestoreOptions extends FetchOptions {
  /** Take over the backup of another site. */
  force?: boolean
}

export interface Restored {
  manifest: Manifest
  /** Where the database is that was there before. */
  before: string | undefined
}

/**
 * Puts the database of a backup in the place of `file`, at once or not at all. What was there is kept beside it. Throws
 * `in_use` while any process has the database open.
 */
export async function restoreBackup(file: string, { force = false, ...options }: RestoreOptions): Promise<Restored> {
  const folder = dirname(file)
  const copy = join(folder, `.restored-${process.pid}.db`)
  await rm(copy, { force: true })
  // Before anything is fetched: a person is to know at once.
  const current = existsSync(file) ? quietDatabase(file) : undefined
  try {
    const manifest = await fetchBackup(copy, options)
    if (current && current.site !== undefined && current.site !== manifest.site && !force) {
      throw new BackupError('other_site', `the backup is of the site ${manifest.site}, the database of ${current.site}`)
    }
    const before = current ? await keepBefore(file, manifest) : undefined
    // SQLite would take a log that is left over for the log of the new file.
    for (const suffix of logSuffixes) await rm(file + suffix, { force: true })
    await rename(copy, file)
    await syncFolder(folder)
    return { manifest, before }
  } finally {
    for (const suffix of ['', ...logSuffixes]) await rm(copy + suffix, { force: true })
  }
}

const logSuffixes = ['-wal', '-shm']

/** A database that is broken may have left a log that somebody can still read. */
async function keepBefore(file: string, { at }: Manifest): Promise<string> {
  quietDatabase(file)
  const before = `${file}.before-${at.replaceAll(':', '-')}`
  for (const suffix of ['', ...logSuffixes]) {
    await rm(before + suffix, { force: true })
    if (existsSync(file + suffix)) await link(file + suffix, before + suffix)
  }
  return before
}

/** Brings all of a database into its one file, which only works while nobody has it open. */
function quietDatabase(file: string): { site: string | undefined } {
  let database: SQLite.Database | undefined
  try {
    database = new SQLite(file, { timeout: 0 })
    database.pragma('locking_mode = EXCLUSIVE')
    database.pragma('wal_checkpoint(TRUNCATE)')
    database.exec('BEGIN EXCLUSIVE; COMMIT')
    const table = database.prepare("select 1 from sqlite_master where name = 'site_identity'").get()
    return { site: table ? database.prepare<[], string>('select site from site_identity').pluck().get() : undefined }
  } catch (error) {
    const { code = '', message } = error as { code?: string; message: string }
    if (/^SQLITE_(BUSY|LOCKED)/.test(code)) throw new BackupError('in_use', `${file} is open in another program`)
    // What is broken is what people restore over.
    if (/^SQLITE_(NOTADB|CORRUPT)/.test(code)) return { site: undefined }
    throw new BackupError('not_a_database', `${file}: ${message}`, { cause: error })
  } finally {
    database?.close()
  }
}

async function syncFolder(folder: string) {
  const handle = await open(folder)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
