/**
 * Every way the repo can fail. `applied` says whether a write may have happened: 'no' means it did not,
 * 'unknown' means that only reading it back can tell.
 */
export const repoErrors = {
  newer_database: { applied: 'no', fix: 'Start the release that wrote this database, or a later one.' },
  not_writable: { applied: 'no', fix: 'Give the user that runs Atoll write permission on the folder and the file.' },
  not_a_database: { applied: 'no', fix: 'Name another file, or restore this one from a backup.' },
  migration_failed: { applied: 'no', fix: 'The migration was rolled back; its cause is in the message.' },
  disk_full: { applied: 'no', fix: 'Free disk space and try again.' },
  busy: { applied: 'no', fix: 'Another process holds the write lock; try again, or end that process.' },
  constraint: { applied: 'no', fix: 'Change the input: it breaks a rule of the table named in the message.' },
  bad_input: { applied: 'no', fix: 'Change the input to what the operation declares.' },
  unknown_operation: { applied: 'no', fix: 'Add the operation to the schema module.' },
  read_only: { applied: 'no', fix: 'Write through repo.run() or repo.db; a reader only reads.' },
  interactive_transaction: { applied: 'no', fix: 'Write an operation and call repo.run().' },
  refused_statement: { applied: 'no', fix: 'Leave this to the repo: it would break replication.' },
  failed: { applied: 'no', fix: 'The operation or statement threw; its message says why.' },
  closed: { applied: 'no', fix: 'Do not use a repo after close().' },
  thread_ended: { applied: 'unknown', fix: 'Read the data back before writing again.' },
} as const

export type RepoErrorCode = keyof typeof repoErrors

export class RepoError extends Error {
  override readonly name = 'RepoError'
  readonly code: RepoErrorCode

  constructor(code: RepoErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }

  get applied(): 'no' | 'unknown' {
    return repoErrors[this.code].applied
  }

  get fix(): string {
    return repoErrors[this.code].fix
  }
}

/** What of an error crosses a message port. */
export interface ErrorData {
  code: RepoErrorCode
  message: string
}

/** Names what SQLite or an operation threw; `what` is the file, operation or statement it happened to. */
export function encodeError(error: unknown, what: string): ErrorData {
  if (error instanceof RepoError) return { code: error.code, message: error.message }
  const message = error instanceof Error ? error.message : String(error)
  return { code: codeOf(error), message: `${what}: ${message}` }
}

export function decodeError({ code, message }: ErrorData): RepoError {
  return new RepoError(code, message)
}

function codeOf(error: unknown): RepoErrorCode {
  const sqliteCode = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (sqliteCode.startsWith('SQLITE_CONSTRAINT')) return 'constraint'
  if (sqliteCode.startsWith('SQLITE_BUSY')) return 'busy'
  if (sqliteCode === 'SQLITE_FULL') return 'disk_full'
  if (sqliteCode.startsWith('SQLITE_READONLY') || sqliteCode.startsWith('SQLITE_CANTOPEN')) return 'not_writable'
  if (sqliteCode === 'SQLITE_NOTADB' || sqliteCode.startsWith('SQLITE_CORRUPT')) return 'not_a_database'
  return 'failed'
}
