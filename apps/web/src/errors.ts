import { RepoError, type RepoErrorCode } from '@atoll/repo'

/** Every way a page can fail to be rendered that is not a mistake in the program. */
export const webErrors = {
  timed_out: { status: 503, fix: 'The database does not answer; see /ready.' },
  too_many: { status: 503, fix: 'More pages are being rendered than this machine can; try again.' },
} as const

export type WebErrorCode = keyof typeof webErrors

export class WebError extends Error {
  override readonly name = 'WebError'
  readonly code: WebErrorCode

  constructor(code: WebErrorCode, message: string) {
    super(message)
    this.code = code
  }
}

/** The database's own failures: 503 where trying again can help. */
const statusOfRepoError = {
  newer_database: 500,
  not_writable: 500,
  not_a_database: 500,
  database_unavailable: 503,
  migration_failed: 500,
  migration_edited: 500,
  schema_behind: 503,
  disk_full: 503,
  busy: 503,
  constraint: 500,
  bad_input: 500,
  unknown_operation: 500,
  read_only: 500,
  interactive_transaction: 500,
  refused_statement: 500,
  failed: 500,
  key_reused: 500,
  too_old: 500,
  deadline: 503,
  stale_epoch: 503,
  not_primary: 503,
  fenced: 503,
  no_primary: 503,
  overloaded: 503,
  aborted: 503,
  unanswered: 503,
  behind: 503,
  read_too_long: 503,
  lost: 500,
  middleware: 500,
  outcome_unknown: 503,
  thread_ended: 503,
  closed: 503,
} satisfies Record<RepoErrorCode, 500 | 503>

/** The only place that gives errors their HTTP status. */
export function statusOfError(error: unknown): 500 | 503 {
  if (error instanceof WebError) return webErrors[error.code].status
  if (error instanceof RepoError) return statusOfRepoError[error.code]
  return 500
}
