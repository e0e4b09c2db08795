import { type ErrorData, encodeError, type RepoErrorCode } from '../errors.ts'
import type { WriteRequest } from '../protocol.ts'
import type { Epoch } from '../token.ts'
import { refusalOf } from './admission.ts'
import type { Connection } from './connection.ts'
import type { Operations } from './operations.ts'
import { keepResults, type Outcome } from './results.ts'

/** What a write comes to before its group is committed. */
export type Attempt =
  /** Nothing of it is in the transaction, and nothing is stored: it may be sent again. */
  | { kind: 'refused'; error: ErrorData }
  /** It ran now, or had run before; what it is answered is true once the transaction is committed. */
  | { kind: 'settled'; outcome: Outcome; found: boolean }

/** Failures of the moment: the same write may succeed later, so they are not stored with its key. */
const passing = new Set<RepoErrorCode>(['busy', 'disk_full', 'database_unavailable', 'not_writable', 'not_a_database'])

interface AttemptOptions {
  connection: Connection
  epoch: Epoch
  operations: Operations
}

export interface Attempts {
  /** Runs a write in a savepoint of the open transaction, unless its key ran before. Throws when the transaction ends. */
  attempt(request: WriteRequest): Promise<Attempt>
  /** For a failure that is known only after the transaction was rolled back. */
  settleFailure(request: WriteRequest, error: ErrorData): Attempt
}

/** A write, its key and its result are in the transaction together or not at all. */
export function openAttempts({ connection, epoch, operations }: AttemptOptions): Attempts {
  const results = keepResults(connection)
  const savepoint = connection.prepare('SAVEPOINT operation')
  const release = connection.prepare('RELEASE operation')
  const rollbackTo = connection.prepare('ROLLBACK TO operation')

  return { attempt, settleFailure }

  async function attempt(request: WriteRequest): Promise<Attempt> {
    const now = Date.now()
    const refusal = refusalOf(request, { epoch, operations, results, now })
    if (refusal) return { kind: 'refused', error: refusal }

    const former = recall(request)
    if (former) return former
    if (request.key !== undefined) results.clean(now)
    const outcome = await runInSavepoint(request)
    return outcome.kind === 'done' ? { kind: 'settled', outcome, found: false } : settleFailure(request, outcome.error)
  }

  function recall({ key, hash }: WriteRequest): Attempt | undefined {
    if (key === undefined) return undefined
    const found = results.find(key, hash!)
    if (found?.kind !== 'other_input') return found && { kind: 'settled', outcome: found, found: true }
    return { kind: 'refused', error: { code: 'key_reused', message: `the key ${key} ran with another input before` } }
  }

  async function runInSavepoint(request: WriteRequest): Promise<Outcome> {
    savepoint.run()
    try {
      const outcome: Outcome = { kind: 'done', value: await operations.perform(request.body) }
      if (request.key !== undefined) results.store(request.key, request.hash!, outcome)
      release.run()
      return outcome
    } catch (error) {
      // A full disk ends the whole transaction, and with it what the group did before.
      if (!connection.inTransaction) throw error
      rollbackTo.run()
      release.run()
      return { kind: 'failed', error: encodeError(error, describe(request)) }
    }
  }

  function settleFailure(request: WriteRequest, error: ErrorData): Attempt {
    if (request.key === undefined || passing.has(error.code)) return { kind: 'refused', error }
    const outcome: Outcome = { kind: 'failed', error }
    results.store(request.key, request.hash!, outcome)
    return { kind: 'settled', outcome, found: false }
  }
}

function describe({ body }: WriteRequest): string {
  return body.kind === 'operation' ? body.name : (body.statements[0]?.sql.slice(0, 200) ?? 'no statement')
}
