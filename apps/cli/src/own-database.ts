import { join } from 'node:path'
import type { BackupSource } from '@atoll/backup'
import { openLitefs } from '@atoll/replication'
import { databaseName } from './database.ts'
import { CommandError } from './errors.ts'
import type { Settings } from './settings.ts'

/**
 * The database file of one machine alone. Among several nodes the data folder has none, and opening it there would make
 * an empty one; `instead` is the way that leads to the real one.
 */
export function ownDatabase({ replication, data }: Pick<Settings, 'replication' | 'data'>, instead: string): string {
  if (replication === 'embedded') return join(data, databaseName)
  throw new CommandError(`ATOLL_REPLICATION: the database is that of several nodes; ${instead}`)
}

type BackupSettings = Pick<Settings, 'replication' | 'data' | 'litefsMount' | 'litefsUrl' | 'node'>

/** Works on one with `source`: the file, or what LiteFS on this node exports. */
export async function withSource<Result>(
  settings: BackupSettings,
  work: (source: BackupSource) => Promise<Result>,
): Promise<Result> {
  const { replication, data, litefsMount: mount, litefsUrl: url, node: hostname } = settings
  if (replication === 'embedded') return work({ kind: 'file', file: join(data, databaseName) })
  const litefs = openLitefs({ mount, database: databaseName, url, hostname })
  try {
    return await work({ kind: 'stream', stream: await litefs.snapshot() })
  } finally {
    await litefs.close()
  }
}
