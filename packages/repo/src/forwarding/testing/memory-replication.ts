import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import SQLite from 'better-sqlite3'
import type { ReplicationEvent, ReplicationSeam, Role } from '../../cluster-seam.ts'
import type { Position } from '../../protocol.ts'
import type { Token } from '../../token.ts'

/** A node's copy of the database, and what its replication engine says. Real files; the copying is SQLite's backup. */
export interface MemoryReplication extends ReplicationSeam {
  readonly file: string
  say(event: ReplicationEvent): void
  /** Copies the whole of another node's file over this one's, and says so. */
  copyFrom(source: MemoryReplication): Promise<void>
  close(): void
}

export function createMemoryReplication(file: string): MemoryReplication {
  const readers = new Set<(event: ReplicationEvent) => void>()
  let role: Role = { kind: 'unknown' }
  let last: Position | undefined

  const replication: MemoryReplication = {
    file,
    get role() {
      return role
    },
    position: async () => positionIn(file),
    async *events(signal) {
      const waiting: ReplicationEvent[] = [{ kind: 'role', role }]
      let wake = () => {}
      const read = (event: ReplicationEvent) => {
        waiting.push(event)
        wake()
      }
      readers.add(read)
      signal.addEventListener('abort', () => wake(), { once: true })
      while (!signal.aborted) {
        const event = waiting.shift()
        if (event) yield event
        else await new Promise<void>((resolve) => (wake = resolve))
      }
      readers.delete(read)
    },
    say(event) {
      if (event.kind === 'role') role = event.role
      if (event.kind === 'transaction') last = event.position
      for (const read of [...readers]) read(event)
    },
    async copyFrom(source) {
      if (!existsSync(source.file)) return
      const before = last
      const from = new SQLite(source.file, { readonly: true })
      try {
        await from.backup(file)
      } finally {
        from.close()
      }
      const position = positionIn(file)
      if (!position || (before && isSame(position, before))) return
      // An id that goes back is a history that was overtaken.
      if (before && position.txid <= before.txid) replication.say({ kind: 'reset' })
      replication.say({ kind: 'transaction', position })
    },
    close: () => readers.clear(),
  }
  return replication
}

/** As in LiteFS, ids grow by one and start again from what was kept; the checksum tells two histories apart. */
export function positionOf({ epoch, commit }: Token): Position {
  const checksum = createHash('sha256').update(`${epoch.id} ${commit}`).digest('hex').slice(0, 16)
  return { txid: BigInt(commit + epoch.number), checksum }
}

/** Nothing before there is a database with an epoch. */
export function positionIn(file: string): Position | undefined {
  if (!existsSync(file)) return undefined
  const database = new SQLite(file, { readonly: true })
  try {
    const row = database.prepare<[], CommitsRow>('select number, epoch, epoch_id from commits').get()
    return row && positionOf({ epoch: { number: row.epoch, id: row.epoch_id }, commit: row.number })
  } catch {
    return undefined
  } finally {
    database.close()
  }
}

interface CommitsRow {
  number: number
  epoch: number
  epoch_id: string
}

function isSame(a: Position, b: Position): boolean {
  return a.txid === b.txid && a.checksum === b.checksum
}
