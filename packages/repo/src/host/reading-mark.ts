import { randomUUID } from 'node:crypto'
import { closeSync, existsSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What a reader is in the middle of. */
export interface Reading {
  /** Counts its read transactions. */
  transaction: number
  /** The request's number on the link. */
  request: number
}

/** The reader's end. */
export interface ReadingMark {
  /** A read transaction is open, and this request is being read in it. */
  reading(reading: Reading): void
  /** None is open any more. */
  idle(): void
}

const bytes = 16

/**
 * A reader that SQLite keeps busy answers nothing, and nothing can interrupt it. So it writes down what it is doing in
 * a file without a name, in memory, that it shares with the process that started it: a microsecond for each read.
 */
export function markReadings(descriptor: number): ReadingMark {
  const mark = new Float64Array(bytes / 8)
  const write = ({ transaction, request }: Reading) => {
    mark[0] = transaction
    mark[1] = request
    writeSync(descriptor, mark, 0, bytes, 0)
  }
  return { reading: write, idle: () => write({ transaction: 0, request: 0 }) }
}

/** The end of whoever may end the reader. `descriptor` is for the reader's process. */
export function openReadings() {
  const folder = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()
  const path = join(folder, `atoll-reading-${randomUUID()}`)
  const descriptor = openSync(path, 'wx+', 0o600)
  unlinkSync(path)
  const mark = new Float64Array(bytes / 8)

  return {
    descriptor,
    /** Nothing while no read transaction is open. */
    look(): Reading | undefined {
      if (readSync(descriptor, mark, 0, bytes, 0) < bytes) return undefined
      const [transaction = 0, request = 0] = mark
      return transaction === 0 ? undefined : { transaction, request }
    },
    /** For the next reader. */
    clear: () => markReadings(descriptor).idle(),
    close: () => closeSync(descriptor),
  }
}

export type Readings = ReturnType<typeof openReadings>
