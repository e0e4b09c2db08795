import { type ErrorData, encodeError } from '../errors.ts'
import type { CommitNotice, Committed, Position, WriteAnswer, WriteRequest } from '../protocol.ts'
import type { Epoch, Token } from '../token.ts'
import { type Attempt, openAttempts } from './attempts.ts'
import type { Connection } from './connection.ts'
import type { Operations } from './operations.ts'
import { cleanChanges, type StateWatch } from './watch-state.ts'

/** A group stops growing after this long, so that nobody behind it waits for more than one more operation. */
const groupMs = 50

/**
 * What SQLite calls a COMMIT that did not happen; LiteFS has to say so too, for it takes what it finds in the log. After
 * any other failure the bytes may be there.
 */
const saysRolledBack = /^SQLITE_(?:CONSTRAINT|BUSY|FULL|READONLY)/

export interface GroupOptions {
  connection: Connection
  epoch: Epoch
  operations: Operations
  watch: StateWatch
  /** On LiteFS. Throws when the position cannot be read. */
  readPosition?: (() => Position) | undefined
}

export interface FinishedGroup {
  /** One for each request that was taken, in their order. */
  answers: WriteAnswer[]
  /** What it changed. */
  notice?: CommitNotice | undefined
}

export interface Groups {
  /** Runs the first of those that wait, and more of them while the group is young, as one transaction. */
  run(waiting: readonly WriteRequest[]): Promise<FinishedGroup>
  /** The database was written to outside of a group. */
  forgetPosition(): void
}

/** Group commit: a transaction costs the same however little it holds, so all that wait share one. */
export function openGroups({ connection, epoch, operations, watch, readPosition }: GroupOptions): Groups {
  const { attempt, settleFailure } = openAttempts({ connection, epoch, operations })
  const begin = connection.prepare('BEGIN IMMEDIATE')
  const commit = connection.prepare('COMMIT')
  const rollback = connection.prepare('ROLLBACK')
  const clean = cleanChanges(connection)
  const countCommit = connection.prepare<[], number>('update commits set number = number + 1 returning number').pluck()
  let position: Position | undefined

  return {
    run,
    forgetPosition() {
      position = undefined
    },
  }

  async function run(waiting: readonly WriteRequest[]): Promise<FinishedGroup> {
    let token: Token
    try {
      token = beginGroup()
    } catch (error) {
      rollBack()
      return { answers: waiting.map(() => failure(encodeError(error, 'cannot begin to write'))) }
    }
    const attempts: Attempt[] = []
    try {
      const startedAt = performance.now()
      clean(token.commit)
      for (const request of waiting) {
        attempts.push(await attempt(request))
        if (performance.now() - startedAt > groupMs) break
      }
    } catch (error) {
      rollBack()
      const reason = encodeError(error, 'cannot write')
      return { answers: [...undo(attempts, reason), failure(reason)] }
    }
    return finish(waiting.slice(0, attempts.length), attempts, token)
  }

  function beginGroup(): Token {
    position ??= readPosition?.()
    begin.run()
    return { epoch, commit: countCommit.get()! }
  }

  async function finish(requests: WriteRequest[], attempts: Attempt[], token: Token): Promise<FinishedGroup> {
    if (!attempts.some(isNew)) {
      rollBack()
      return { answers: answer(attempts, { token: { epoch, commit: token.commit - 1 } }) }
    }
    const seenBefore = watch.seen
    // Inside the transaction, where it costs no transaction of its own.
    const notice = watch.look()
    try {
      commit.run()
    } catch (error) {
      rollBack()
      watch.seeFrom(seenBefore)
      return afterFailedCommit(requests, attempts, encodeError(error, 'cannot commit'))
    }
    return { answers: hasMovedByOne() ? answer(attempts, { token }) : doubt(attempts), notice }
  }

  /** SQLite's success is not LiteFS's: only a position that moved by exactly one says that the group is in there. */
  function hasMovedByOne(): boolean {
    if (!readPosition) return true
    const { before, after } = lookAtPosition(readPosition)
    if (after?.txid !== before.txid + 1n) return false
    position = after
    return true
  }

  /** Nor is its failure. */
  function mayHaveMoved(): boolean {
    if (!readPosition) return false
    const { before, after } = lookAtPosition(readPosition)
    return after?.txid !== before.txid
  }

  /** `after` is not there when nobody knows; the position is read again before the next group. */
  function lookAtPosition(readPosition: () => Position): { before: Position; after: Position | undefined } {
    const before = position!
    position = undefined
    try {
      return { before, after: readPosition() }
    } catch {
      return { before, after: undefined }
    }
  }

  async function afterFailedCommit(
    requests: WriteRequest[],
    attempts: Attempt[],
    reason: ErrorData,
  ): Promise<FinishedGroup> {
    // Looked at whatever SQLite says: the next group must not count from where this one began.
    if (mayHaveMoved() || !saysRolledBack.test(reason.sqlite?.code ?? '')) {
      return { answers: undo(attempts, { ...reason, code: 'outcome_unknown' }) }
    }
    // A deferred constraint fails at the end, and does not say whose it was.
    if (reason.code !== 'constraint') return { answers: undo(attempts, reason) }
    return requests.length > 1 ? runEach(requests) : storeFailure(requests[0]!, reason)
  }

  async function runEach(requests: WriteRequest[]): Promise<FinishedGroup> {
    const answers: WriteAnswer[] = []
    const topics = new Set<string>()
    let token: Token | undefined
    for (const request of requests) {
      const { answers: own, notice } = await run([request])
      answers.push(...own)
      token = notice?.token ?? token
      for (const topic of notice?.topics ?? []) topics.add(topic)
    }
    return { answers, notice: token && { token, topics: [...topics] } }
  }

  async function storeFailure(request: WriteRequest, reason: ErrorData): Promise<FinishedGroup> {
    if (request.key === undefined) return { answers: [failure(reason)] }
    const token = beginGroup()
    return finish([request], [settleFailure(request, reason)], token)
  }

  function answer(attempts: Attempt[], { token }: { token: Token }): WriteAnswer[] {
    const committed: Committed = position ? { token, position } : { token }
    return attempts.map((attempt) =>
      attempt.kind === 'refused' ? failure(attempt.error) : { ...attempt.outcome, committed, found: attempt.found },
    )
  }

  function rollBack() {
    if (connection.inTransaction) rollback.run()
  }
}

function isNew(attempt: Attempt): boolean {
  return attempt.kind === 'settled' && !attempt.found
}

/** The answers of a group that was rolled back. Whether a key that was found had run in this group is not known here. */
function undo(attempts: Attempt[], reason: ErrorData): WriteAnswer[] {
  return attempts.map((attempt) => {
    if (attempt.kind === 'refused') return failure(attempt.error)
    return failure(attempt.found ? { ...reason, code: 'outcome_unknown' } : reason)
  })
}

function doubt(attempts: Attempt[]): WriteAnswer[] {
  const message = 'LiteFS did not move by one transaction, so it may not have the write'
  return attempts.map((attempt) =>
    failure(attempt.kind === 'refused' ? attempt.error : { code: 'outcome_unknown', message }),
  )
}

function failure(error: ErrorData): WriteAnswer {
  return { kind: 'failed', error, found: false }
}
