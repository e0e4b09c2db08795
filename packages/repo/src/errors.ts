import type { Committed } from './protocol.ts'

/**
 * Every way the repo can fail. `applied` says whether a write may have happened: 'no' means it did not,
 * 'unknown' means that only a retry with the same key, or reading it back, can tell.
 */
export const repoErrors = {
  newer_database: { applied: 'no', fix: 'Start the release that wrote this database, or a later one.' },
  not_writable: { applied: 'no', fix: 'Give the user that runs Atoll write permission on the folder and the file.' },
  not_a_database: { applied: 'no', fix: 'Name another file, or restore this one from a backup.' },
  database_unavailable: { applied: 'no', fix: 'Try again; see that the file is there and that LiteFS runs.' },
  migration_failed: { applied: 'no', fix: 'The migration was rolled back; its cause is in the message.' },
  migration_edited: { applied: 'no', fix: 'Undo the edit, and put what is new into a migration of its own.' },
  schema_behind: { applied: 'no', fix: 'Wait until the primary runs the migrations of this release.' },
  disk_full: { applied: 'no', fix: 'Free disk space and try again.' },
  busy: { applied: 'no', fix: 'Another process holds the write lock; try again, or end that process.' },
  constraint: { applied: 'no', fix: 'Change the input: it breaks a rule of the table named in the message.' },
  bad_input: { applied: 'no', fix: 'Change the input to what the operation declares.' },
  unknown_operation: { applied: 'no', fix: 'Add the operation to the schema module.' },
  read_only: { applied: 'no', fix: 'Write through repo.run() or repo.db; a reader only reads.' },
  interactive_transaction: { applied: 'no', fix: 'Write an operation and call repo.run().' },
  refused_statement: { applied: 'no', fix: 'Leave this to the repo: it would break replication.' },
  failed: { applied: 'no', fix: 'The operation or statement threw; its message says why.' },
  key_reused: { applied: 'no', fix: 'Make a new key with createKey(): this one belongs to another write.' },
  too_old: { applied: 'no', fix: 'Make a new key, once you know that the first attempt was not applied.' },
  deadline: { applied: 'no', fix: 'Try again with more time: the writer was busy until the deadline.' },
  stale_epoch: { applied: 'no', fix: 'Ask who is primary now, and send the write again with the same key.' },
  not_primary: { applied: 'no', fix: 'Send the write to the primary, with the same key.' },
  fenced: { applied: 'no', fix: 'Send the write again with the same key, to whoever is primary then.' },
  no_primary: { applied: 'no', fix: 'Try again: no primary was there to take the write in time.' },
  overloaded: { applied: 'no', fix: 'Try again later, or write less at once: too many writes are waiting.' },
  aborted: { applied: 'no', fix: 'Nothing to mend: the caller gave up before the write was sent.' },
  unanswered: { applied: 'unknown', fix: 'Send the write again with the same key, or read it back.' },
  behind: { applied: 'no', fix: 'Ask the primary: this node has not received what the token names.' },
  read_too_long: { applied: 'no', fix: 'Read less at once: a long read keeps this node from replicating.' },
  lost: { applied: 'no', fix: 'Go on without the token: a failover undid the history that it names.' },
  middleware: { applied: 'unknown', fix: 'Return the result of next() once; the message names the function.' },
  outcome_unknown: { applied: 'unknown', fix: 'Send the write again with the same key, or read it back.' },
  thread_ended: { applied: 'unknown', fix: 'Send the write again with the same key, or read it back.' },
  closed: { applied: 'no', fix: 'Do not use a repo after close().' },
} as const

export type RepoErrorCode = keyof typeof repoErrors

/** What SQLite says of a failure, the same on every node. */
export interface SqliteDetail {
  /** SQLite's extended code: `SQLITE_CONSTRAINT_UNIQUE`. */
  code: string
  table?: string
  columns?: string[]
}

interface RepoErrorOptions extends ErrorOptions {
  sqlite?: SqliteDetail | undefined
  committed?: Committed | undefined
}

export class RepoError extends Error {
  override readonly name = 'RepoError'
  readonly code: RepoErrorCode
  readonly sqlite: SqliteDetail | undefined
  /** The failure itself was stored under the write's key, here. */
  readonly committed: Committed | undefined

  constructor(code: RepoErrorCode, message: string, options?: RepoErrorOptions) {
    super(message, options)
    this.code = code
    this.sqlite = options?.sqlite
    this.committed = options?.committed
  }

  get applied(): 'no' | 'unknown' {
    return repoErrors[this.code].applied
  }

  get fix(): string {
    return repoErrors[this.code].fix
  }
}

/** What of an error crosses a message port, and what of a failure is stored. */
export interface ErrorData {
  code: RepoErrorCode
  message: string
  sqlite?: SqliteDetail
}

/** Names what SQLite or an operation threw; `what` is the file, operation or statement it happened to. */
export function encodeError(error: unknown, what: string): ErrorData {
  if (error instanceof RepoError) {
    return { code: error.code, message: error.message, ...(error.sqlite && { sqlite: error.sqlite }) }
  }
  const message = error instanceof Error ? error.message : String(error)
  const sqlite = sqliteDetail(error)
  return { code: codeOf(error), message: `${what}: ${message}`, ...(sqlite && { sqlite }) }
}

export function decodeError({ code, message, sqlite }: ErrorData, committed?: Committed): RepoError {
  return new RepoError(code, message, { sqlite, committed })
}

function codeOf(error: unknown): RepoErrorCode {
  const code = sqliteCode(error)
  if (code.startsWith('SQLITE_CONSTRAINT')) return 'constraint'
  if (code.startsWith('SQLITE_BUSY')) return 'busy'
  if (code === 'SQLITE_FULL') return 'disk_full'
  if (code.startsWith('SQLITE_READONLY') || code.startsWith('SQLITE_CANTOPEN')) return 'not_writable'
  if (code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT')) return 'not_a_database'
  if (isUnreachable(error, code)) return 'database_unavailable'
  return 'failed'
}

/** How a file system that went away looks: LiteFS's mount after LiteFS died, or a folder that is not there. */
function isUnreachable(error: unknown, code: string): boolean {
  if (code.startsWith('SQLITE_IOERR') || code === 'SQLITE_PROTOCOL') return true
  if (!(error instanceof Error)) return false
  if ('code' in error && (error.code === 'ENOTCONN' || error.code === 'EIO')) return true
  // better-sqlite3 looks before it opens, and says so without a code.
  return error instanceof TypeError && error.message.includes('directory does not exist')
}

function sqliteCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

function sqliteDetail(error: unknown): SqliteDetail | undefined {
  const code = sqliteCode(error)
  if (!code.startsWith('SQLITE_')) return undefined
  // "UNIQUE constraint failed: notes.text, notes.author"
  const [, names] = /constraint failed: ((?:[\w$]+\.[\w$]+(?:, )?)+)$/.exec((error as Error).message) ?? []
  if (!names) return { code }
  const parts = names.split(', ').map((name) => name.split('.'))
  return { code, table: parts[0]![0]!, columns: parts.map(([, column]) => column!) }
}
