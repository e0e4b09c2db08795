import { RepoError } from './errors.ts'
import type { DatabaseHost } from './host/database-host.ts'
import { isSameEpoch, type Token } from './token.ts'

interface WaitOptions<Result> {
  /** Asks the database; nothing when it does not cover the token yet. */
  attempt: () => Promise<Result | undefined>
  signal?: AbortSignal | undefined
  /** @default 2000 */
  patienceMs?: number
}

const defaultPatienceMs = 2000

/**
 * Waits until the caches above have taken in what the token names, and then asks the database, whose own transaction
 * decides. Wakes when commits are announced. Throws `behind` when that takes too long: the primary knows more.
 */
export async function waitUntilCovered<Result>(
  database: Pick<DatabaseHost, 'announced' | 'onCommit'>,
  token: Token,
  { attempt, signal, patienceMs = defaultPatienceMs }: WaitOptions<Result>,
): Promise<Result> {
  const deadline = performance.now() + patienceMs
  for (;;) {
    const nextCommit = commitOrDeadline(database, { deadline, signal })
    try {
      const result = mayBeCovered(database.announced, token) ? await attempt() : undefined
      if (result !== undefined) return result
      signal?.throwIfAborted()
      if (performance.now() >= deadline) throw behind(database.announced, token)
      await nextCommit.wait
    } finally {
      nextCommit.forget()
    }
  }
}

/** Of another epoch only the database can tell. */
function mayBeCovered(announced: Token | undefined, { epoch, commit }: Token): boolean {
  return (
    announced !== undefined &&
    (isSameEpoch(announced.epoch, epoch) ? announced.commit >= commit : announced.epoch.number >= epoch.number)
  )
}

/** Listens from before the database is asked, so that no commit falls in between. */
function commitOrDeadline(
  { onCommit }: Pick<DatabaseHost, 'onCommit'>,
  { deadline, signal }: { deadline: number; signal: AbortSignal | undefined },
) {
  const { promise: wait, resolve } = Promise.withResolvers<void>()
  const stopListening = onCommit(() => resolve())
  const timer = setTimeout(resolve, Math.max(0, deadline - performance.now()))
  const onAbort = () => resolve()
  signal?.addEventListener('abort', onAbort)
  return {
    wait,
    forget() {
      stopListening()
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
    },
  }
}

function behind(at: Token | undefined, token: Token): RepoError {
  const here = at ? `${at.epoch.number}/${at.commit}` : 'nothing'
  return new RepoError('behind', `this node is at ${here}, and the token at ${token.epoch.number}/${token.commit}`)
}
