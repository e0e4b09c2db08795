import type { ErrorData, RepoErrorCode } from '../errors.ts'
import { repoErrors } from '../errors.ts'
import type { CallOrigin, Durability, WriteTiming } from '../middleware.ts'
import type { Position, Statement, WriteBody } from '../protocol.ts'
import type { Epoch, Token } from '../token.ts'

/** Methods that a node answers for the others. */
export const writeMethod = 'repo.write'
export const readMethod = 'repo.read'

/** A write on its way to the primary. Fields may be added in later releases; none changes its meaning. */
export interface SentWrite {
  body: WriteBody
  key: string
  hash: string
  /** The reign the sender believes in; a primary of another one refuses. */
  epoch?: Epoch
  /** Time left, in milliseconds: clocks of two machines are not compared. */
  remainingMs: number
  origin?: CallOrigin
}

/** What a person would call a write. */
export function nameOf(body: WriteBody): string {
  return body.kind === 'operation' ? body.name : (body.statements[0]?.sql.slice(0, 80) ?? 'an empty list')
}

/** Writes that go to one primary together. */
export interface SentWrites {
  durability: Durability
  writes: SentWrite[]
}

/** What the primary says of a write. */
export type Outcome =
  | {
      kind: 'done'
      value: unknown
      token: Token
      copies: number
      found: boolean
      position?: Position
      /** As the primary saw it: without the way there and back. */
      timing?: WriteTiming
    }
  /** It failed, and will fail the same way for whoever asks with this key. */
  | { kind: 'failed'; error: ErrorData; token?: Token }
  /** It did not run here; it may elsewhere, or later. `epoch` is the reign here. */
  | { kind: 'refused'; error: ErrorData; epoch?: Epoch }
  /** It may have run; asking again with the same key finds out. */
  | { kind: 'unknown'; error: ErrorData }

export interface SentRead {
  statements: Statement[]
  token: Token
}

/** Refusals that say "not here" or "not now": the write is sent again. */
const elsewhereOrLater: ReadonlySet<RepoErrorCode> = new Set([
  'not_primary',
  'stale_epoch',
  'fenced',
  'overloaded',
  'busy',
  'database_unavailable',
  // LiteFS says it where another node is the primary.
  'not_writable',
  'schema_behind',
  'unknown_operation',
  'closed',
] satisfies RepoErrorCode[])

/** What a failure that was not stored with its key means for whoever sent the write. */
export function outcomeOf(error: ErrorData): Outcome {
  if (repoErrors[error.code].applied === 'unknown') return { kind: 'unknown', error }
  if (elsewhereOrLater.has(error.code)) return { kind: 'refused', error }
  return { kind: 'failed', error }
}

/** An outcome from another node, whose release may know errors that this one does not. */
export function readOutcome(outcome: Outcome): Outcome {
  if (!('error' in outcome) || outcome.error.code in repoErrors) return outcome
  const error: ErrorData = { code: 'failed', message: `${outcome.error.code}: ${outcome.error.message}` }
  return { ...outcome, error }
}
