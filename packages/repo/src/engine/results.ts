import type { ErrorData } from '../errors.ts'
import { bytesOfKey, firstKeyAt, resultLifetimeMs } from '../key.ts'
import { decodeValue, encodeValue } from '../values.ts'
import type { Connection } from './connection.ts'

export type Outcome = { kind: 'done'; value: unknown } | { kind: 'failed'; error: ErrorData }

export type Found = Outcome | { kind: 'other_input' } | undefined

export interface Results {
  /** What a key's first copy was answered. */
  find(key: string, hash: string): Found
  /** Keeps an outcome, in the transaction of the data. */
  store(key: string, hash: string, outcome: Outcome): void
  /** Whether results this old may have been cleaned up, so that nobody can know whether the key has run. */
  isForgotten(key: string): boolean
  /** Deletes some of what no retry can ask for; part of a group. */
  clean(now: number): void
}

interface ResultRow {
  hash: Buffer
  is_failure: 0 | 1
  outcome: string
}

/** So many are deleted beyond what was stored since, so that a pile gets smaller. */
const cleanedAtOnce = 64
const cleanEveryMs = 1000

/** Half of a SHA-256 is enough to tell two inputs of one key apart. */
const hashBytes = 16

/** The table of keys that ran, with what they were answered. */
export function keepResults(connection: Connection): Results {
  const select = connection.prepare<[Buffer], ResultRow>('select hash, is_failure, outcome from results where key = ?')
  const insert = connection.prepare('insert into results values (?, ?, ?, ?)')
  const deleteOldest = connection.prepare(
    'delete from results where key in (select key from results where key < ? order by key limit ?)',
  )
  const raiseFloor = connection.prepare('update results_floor set key = max(key, ?)')
  const floor = connection.prepare<[], Buffer>('select key from results_floor').pluck()
  // Kept in memory too: only this connection moves it.
  let floorKey = floor.get()!
  let storedSince = 0
  let cleanedAt = 0

  return {
    find(key, hash) {
      const row = select.get(bytesOfKey(key))
      if (!row) return undefined
      if (!row.hash.equals(shortened(hash))) return { kind: 'other_input' }
      const value = decodeValue(row.outcome)
      return row.is_failure ? { kind: 'failed', error: value as ErrorData } : { kind: 'done', value }
    },
    store(key, hash, outcome) {
      storedSince++
      const [isFailure, content] = outcome.kind === 'done' ? [0, outcome.value] : [1, outcome.error]
      insert.run(bytesOfKey(key), shortened(hash), isFailure, encodeValue(content))
    },
    // The floor is data: the clock of the next primary may be behind that of the one which cleaned up.
    isForgotten: (key) => bytesOfKey(key).compare(floorKey) < 0,
    clean(now) {
      if (now - cleanedAt < cleanEveryMs) return
      const oldestKept = firstKeyAt(now - resultLifetimeMs)
      const { changes } = deleteOldest.run(oldestKept, storedSince + cleanedAtOnce)
      if (changes > 0) {
        raiseFloor.run(oldestKept)
        floorKey = oldestKept
      }
      cleanedAt = now
      storedSince = 0
    },
  }
}

function shortened(hash: string): Buffer {
  return Buffer.from(hash, 'hex').subarray(0, hashBytes)
}
