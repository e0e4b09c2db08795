import { randomBytes } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import SQLite from 'better-sqlite3'
import { ReplicationError } from './errors.ts'
import { createEventQueues } from './event-queue.ts'
import type { Position, Replication } from './replication.ts'

export interface EmbeddedOptions {
  /** The SQLite file. It may be made later. */
  file: string
  /** How often to look for commits while somebody listens, in milliseconds. Default 100. */
  lookEveryMs?: number
}

/**
 * A plain SQLite file: this node is always the primary. SQLite keeps no transaction id that other programs may read,
 * so transactions are counted from the opening, and `checksum` names the opening: two openings never compare equal.
 */
export function openEmbedded({ file, lookEveryMs = 100 }: EmbeddedOptions): Replication {
  const opening = randomBytes(8).toString('hex')
  const queues = createEventQueues()
  let connection: SQLite.Database | undefined
  let version: number | undefined
  let txid = 0n
  let published = 0n
  let looking: NodeJS.Timeout | undefined
  let isClosed = false

  return {
    role: { kind: 'primary' },
    position: async () => look(),
    events(signal) {
      published = look()?.txid ?? 0n
      looking ??= setInterval(publishNews, lookEveryMs).unref()
      return queues.read({ kind: 'role', role: { kind: 'primary' } }, signal)
    },
    snapshot,
    promote: async () => {},
    async close() {
      isClosed = true
      clearInterval(looking)
      queues.close()
      connection?.close()
      connection = undefined
    },
  }

  function look(): Position | undefined {
    const now = database()?.pragma('data_version', { simple: true }) as number | undefined
    if (now === undefined) return undefined
    if (now !== version) {
      version = now
      txid += 1n
    }
    return { txid, checksum: opening }
  }

  function publishNews() {
    const position = look()
    if (!position || position.txid === published) return
    published = position.txid
    queues.publish({ kind: 'transaction', position })
  }

  function database(): SQLite.Database | undefined {
    if (isClosed) throw new ReplicationError('closed', `${file} is closed here`)
    if (!connection && existsSync(file)) connection = new SQLite(file, { readonly: true, timeout: 5000 })
    return connection
  }

  async function snapshot(): Promise<ReadableStream<Uint8Array>> {
    const source = database()
    if (!source) throw new ReplicationError('no_database', `there is no database at ${file} yet`)
    const folder = await mkdtemp(join(tmpdir(), 'atoll-snapshot-'))
    const copy = join(folder, 'snapshot.db')
    try {
      await source.backup(copy)
    } catch (error) {
      await rm(folder, { recursive: true, force: true })
      throw error
    }
    const stream = createReadStream(copy)
    stream.once('close', () => void rm(folder, { recursive: true, force: true }))
    return Readable.toWeb(stream) as ReadableStream<Uint8Array>
  }
}
