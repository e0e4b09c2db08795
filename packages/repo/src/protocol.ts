import type { ErrorData } from './errors.ts'
import type { Epoch, Token } from './token.ts'

/** One SQL statement as Kysely compiled it. */
export interface Statement {
  sql: string
  parameters: readonly unknown[]
}

export interface StatementResult {
  rows: unknown[]
  /** Absent for a SELECT. */
  changes?: number
  lastInsertRowid?: number | bigint
}

/** How far a replicated database is: LiteFS's transaction id, and its checksum in 16 hexadecimal digits. */
export interface Position {
  txid: bigint
  checksum: string
}

/** A write as data: an operation, or plain statements that succeed or fail together. */
export type WriteBody =
  | { kind: 'operation'; name: string; version: number; input: unknown }
  | { kind: 'statements'; statements: readonly Statement[] }

/** What the writer takes, from the thread beside it or from the node across the ocean. */
export interface WriteRequest {
  body: WriteBody
  /** A UUIDv7. Without one nothing is stored, and nobody may send the write a second time. */
  key?: string
  /** Of the body, by `hashOf`; goes with `key`. The same key with another hash is an error. */
  hash?: string
  /** The reign that the sender believed in. The writer refuses a write of another one before it runs. */
  epoch?: Epoch
  /** Milliseconds since 1970 by this machine's clock; the writer refuses what it takes up later. */
  deadline?: number
}

/** Where a committed write is. `position` is there on LiteFS only, and what an acknowledgement waits for. */
export interface Committed {
  token: Token
  position?: Position
}

/**
 * `found`: the key had run before, and this is its stored outcome. A failure that carries `committed` was stored with
 * its key, so it is acknowledged like a success; one without was refused before it ran, or its outcome is unknown.
 * `commitMs` is how long its group took.
 */
export type WriteAnswer =
  /** `value` is what an operation returned, or a StatementResult for each statement. */
  | { kind: 'done'; value: unknown; committed: Committed; found: boolean; commitMs?: number }
  | { kind: 'failed'; error: ErrorData; committed?: Committed; found?: boolean }

export interface ReadRequest {
  statements: readonly Statement[]
  /** Answered only by a database that covers it. */
  token?: Token
}

export type ReadAnswer =
  | { kind: 'rows'; results: StatementResult[]; token: Token }
  /** SQLite says that the statement would write. */
  | { kind: 'writes' }
  /** The database does not cover the token yet; `at` is where it is. */
  | { kind: 'behind'; at: Token }
  /** The history that the token names has another one in its place. */
  | { kind: 'lost'; at: Token }
  | { kind: 'failed'; error: ErrorData }

/** Whether the writer may take writes. Closing waits for the group that runs; what waits is refused, to be sent again. */
export type Fence = { kind: 'open' } | { kind: 'closed'; reason: string }

/** What commits touched. With `dropAll` nothing is known of what changed: an epoch began, or the history was replaced. */
export interface CommitNotice {
  /** The last of the commits. */
  token: Token
  topics: string[]
  dropAll?: boolean
}
