import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { LitefsApi } from './litefs-api.ts'
import type { GuardLog } from './log.ts'
import { encodePosition, type Position } from './position.ts'

export interface SalvageOptions {
  folder: string
  node: string
  litefs: Pick<LitefsApi, 'exportTo'>
  log: GuardLog
}

/** What lies beside a copy, as JSON. */
export interface SalvageNote {
  node: string
  /** How far the overtaken primary was: `<txid>/<checksum>`. */
  position: string
  /** Who leads now, and would replace this database by its own. */
  primary: string
  savedAt: string
}

/** How long a copy of a big database may take. */
const withinMs = 30 * 60_000
/** A node that is overtaken again and again must not fill its disk with copies. */
const keptCopies = 10

/**
 * Copies the whole database of an overtaken primary before it follows the new one: LiteFS then replaces it, and what
 * it had more is nowhere else. `TIME-TXID-CHECKSUM.db`, and a note of the same name in JSON; the newest ten are kept.
 */
export async function saveCopy(
  { folder, node, litefs, log }: SalvageOptions,
  position: Position,
  primary: string,
): Promise<void> {
  await mkdir(folder, { recursive: true })
  const savedAt = new Date().toISOString()
  const name = `${savedAt.replaceAll(':', '')}-${encodePosition(position).replace('/', '-')}`
  const partial = join(folder, `${name}.part`)
  try {
    await litefs.exportTo(partial, AbortSignal.timeout(withinMs))
    const note: SalvageNote = { node, position: encodePosition(position), primary, savedAt }
    await writeFile(join(folder, `${name}.json`), JSON.stringify(note, null, 2), { flush: true })
    await rename(partial, join(folder, `${name}.db`))
  } catch (error) {
    await rm(partial, { force: true })
    throw error
  }
  log.warn({ copy: `${name}.db`, primary }, 'this node was overtaken: its database was copied before it follows')
  await removeOldest(folder, log)
}

async function removeOldest(folder: string, log: GuardLog): Promise<void> {
  const files = (await readdir(folder)).toSorted()
  for (const copy of files.filter((file) => file.endsWith('.db')).slice(0, -keptCopies)) {
    await Promise.all([copy, copy.replace(/\.db$/, '.json')].map((file) => rm(join(folder, file), { force: true })))
    log.warn({ copy }, `removed the oldest copy of an overtaken database: ${keptCopies} are kept`)
  }
  // One that was interrupted, by the end of this process.
  for (const partial of files.filter((file) => file.endsWith('.part'))) await rm(join(folder, partial), { force: true })
}
