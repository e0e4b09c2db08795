import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { BackupSource } from '@atoll/backup'
import { openLitefs, type Replication } from '@atoll/replication'
import { databaseName } from './database.ts'
import { CommandError } from './errors.ts'
import { placesOf } from './node-places.ts'
import { snapshotNode } from './node-snapshot.ts'
import type { Settings } from './settings.ts'

/**
 * The database file of one machine alone. Among several nodes the data folder has none, and opening it there would make
 * an empty one; `instead` is the way that leads to the real one.
 */
export function ownDatabase({ replication, data }: Pick<Settings, 'replication' | 'data'>, instead: string): string {
  if (replication === 'embedded') return join(data, databaseName)
  throw new CommandError(`ATOLL_REPLICATION: the database is that of several nodes; ${instead}`)
}

/** Works on one with `source`: the file, or what LiteFS on this node exports. */
export async function withSource<Result>(
  settings: Settings,
  work: (source: BackupSource) => Promise<Result>,
): Promise<Result> {
  const { replication, data, litefsMount: mount, litefsUrl: url, node: hostname } = settings
  if (replication === 'embedded') return work({ kind: 'file', file: join(data, databaseName) })
  const litefs = openLitefs({ mount, database: databaseName, url, hostname })
  try {
    await roleOf(litefs)
    return await work(await snapshotNode({ replication: litefs, scratch: data, guardSocket: guardOf(settings) }))
  } finally {
    await litefs.close()
  }
}

/** Opened a moment ago it does not know yet; without an answer it stays unknown, which counts as no primary. */
async function roleOf(replication: Replication): Promise<void> {
  for await (const event of replication.events(AbortSignal.timeout(2000))) {
    if (event.kind === 'role' && event.role.kind !== 'unknown') return
  }
}

function guardOf(settings: Settings): string | undefined {
  const { guardSocket } = placesOf(settings)
  return settings.isCandidate && existsSync(guardSocket) ? guardSocket : undefined
}
