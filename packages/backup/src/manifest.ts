import { z } from 'zod'
import { BackupError } from './errors.ts'
import type { Store } from './store.ts'

/** The database is cut here, and every piece is kept once: what two backups share takes no place twice. */
export const chunkBytes = 1024 * 1024

const manifestInput = z.object({
  format: z.literal('atoll-backup'),
  version: z.literal(1),
  /** When the copy was made, ISO 8601 with milliseconds. */
  at: z.iso.datetime(),
  /** Names the database for life. */
  site: z.string(),
  /** Where the copy was made, for people. */
  node: z.string(),
  /** Of the whole file. */
  bytes: z.number().int().positive(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** SHA-256 of each piece, in the order of the file. */
  chunks: z.array(z.string().regex(/^[0-9a-f]{64}$/)),
  /** Rows in each table when the copy was made: a restored copy must have as many. */
  rows: z.record(z.string(), z.number().int()),
})

/** What a backup is: written last, so that one without it is not there. */
export type Manifest = z.infer<typeof manifestInput>

const folder = 'backups/'
/** Longer than any clock can be wrong about the order of two backups. */
const keyPattern = /^backups\/(\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2}\.\d{3}Z)\.json$/

export function keyOf({ at }: Pick<Manifest, 'at'>): string {
  return `${folder}${at.replaceAll(':', '-')}.json`
}

export function chunkKey(hash: string): string {
  return `chunks/${hash.slice(0, 2)}/${hash}.zst`
}

export interface BackupEntry {
  key: string
  at: string
}

/** All backups of a store, newest first. */
export async function listBackups(store: Store): Promise<BackupEntry[]> {
  const objects = await store.list(folder)
  return objects
    .flatMap(({ key }) => {
      const [, stamp] = keyPattern.exec(key) ?? []
      return stamp ? [{ key, at: stamp.replace(/T(\d+)-(\d+)-/, 'T$1:$2:') }] : []
    })
    .toSorted((a, b) => (a.at < b.at ? 1 : -1))
}

/** The newest backup, or the newest that is not younger than `at`. */
export async function findBackup(store: Store, at?: Date): Promise<Manifest> {
  const backups = await listBackups(store)
  const found = at ? backups.find((backup) => Date.parse(backup.at) <= at.getTime()) : backups[0]
  if (found) return readManifest(store, found.key)
  if (backups.length > 0) {
    throw new BackupError('no_backup', `the oldest of ${backups.length} backups is from ${backups.at(-1)!.at}`)
  }
  const others = await store.list('')
  if (others.length === 0) throw new BackupError('no_backup', 'nothing is stored there')
  const isInterrupted = others.some(({ key }) => key.startsWith('chunks/'))
  throw isInterrupted
    ? new BackupError('no_backup', 'a first backup was begun there and not finished')
    : new BackupError('not_a_backup', `what is stored there, such as ${others[0]!.key}, is no backup of Atoll`)
}

export async function readManifest(store: Store, key: string): Promise<Manifest> {
  const bytes = await store.get(key)
  if (!bytes) throw new BackupError('no_backup', `there is no ${key}`)
  let value: { format?: unknown; version?: unknown }
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) ?? {}
  } catch (error) {
    throw new BackupError('damaged', `${key} is not whole`, { cause: error })
  }
  if (value.format !== 'atoll-backup') throw new BackupError('not_a_backup', `${key} is no backup of Atoll`)
  if (typeof value.version === 'number' && value.version > 1) {
    throw new BackupError('newer_format', `${key} is of format ${value.version}`)
  }
  const parsed = manifestInput.safeParse(value)
  if (!parsed.success) throw new BackupError('damaged', `${key}: ${parsed.error.issues[0]?.path.join('.')} is wrong`)
  const { chunks, bytes: size } = parsed.data
  if (chunks.length !== Math.ceil(size / chunkBytes)) throw new BackupError('damaged', `${key} lacks pieces`)
  return parsed.data
}
