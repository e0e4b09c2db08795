import type { ClusterSeam } from '../cluster-seam.ts'
import { encodeError, RepoError, type RepoErrorCode } from '../errors.ts'
import type { DatabaseHost } from '../host/database-host.ts'
import type { ReadAnswer, Statement } from '../protocol.ts'
import { type Rows, rowsOf } from '../run-calls.ts'
import { isSameEpoch, type Token } from '../token.ts'
import { waitUntilCovered } from '../wait-for-token.ts'
import type { LeadershipFollower } from './leadership.ts'
import type { Coverage, WaitForOptions } from './node.ts'
import { pause, pauseBefore } from './patience.ts'
import { readMethod, type SentRead } from './wire.ts'

/** How long a read waits for this node to catch up before the primary is asked, in milliseconds. */
const defaultPatienceMs = 1000

export interface CoveredReadsOptions {
  host: DatabaseHost
  leadership: LeadershipFollower
  cluster: Pick<ClusterSeam, 'locate' | 'call' | 'lease'>
  patienceMs?: number
}

export interface ReadLimits {
  /** How long the read may take in all, in milliseconds. */
  withinMs: number
  signal?: AbortSignal
}

export type CoveredReads = ReturnType<typeof createCoveredReads>

/**
 * Reads that never show less than their token names: this node waits a while for what it has not received, then asks
 * the primary. History that was lost is said to be, by the primary, and nothing is read.
 */
export function createCoveredReads({ host, leadership, cluster, patienceMs = defaultPatienceMs }: CoveredReadsOptions) {
  const counts = { waited: 0, elsewhere: 0 }

  return { read, waitFor, take, counts }

  async function read(statements: readonly Statement[], token: Token, { withinMs, signal }: ReadLimits): Promise<Rows> {
    const deadline = performance.now() + withinMs
    try {
      return await readHere(statements, token, Math.min(patienceMs, withinMs), signal)
    } catch (error) {
      if (!isTransient(error) && !isHearsay(error)) throw error
      counts.elsewhere += 1
      return readElsewhere({ statements: [...statements], token }, deadline, signal)
    }
  }

  /** Whether this node, its caches included, is at the token; waits up to `waitMs` until it is. */
  async function waitFor(token: Token, { waitMs = patienceMs, signal }: WaitForOptions = {}): Promise<Coverage> {
    const deadline = performance.now() + waitMs
    try {
      await readHere([], token, waitMs, signal)
      return 'covered'
    } catch (error) {
      return isHearsay(error) ? standingElsewhere(token, deadline, signal) : standingAfter(error)
    }
  }

  async function standingElsewhere(token: Token, deadline: number, signal?: AbortSignal): Promise<Coverage> {
    try {
      await readElsewhere({ statements: [], token }, deadline, signal)
      return 'behind'
    } catch (error) {
      return standingAfter(error)
    }
  }

  /**
   * A primary that was overtaken has an epoch of its own in place of the next one, until it follows again: what it takes
   * for lost is what the others go on with. Only who leads, and can prove it, can say so.
   */
  function isHearsay(error: unknown): boolean {
    return error instanceof RepoError && error.code === 'lost' && !isProven()
  }

  function isProven(): boolean {
    return leadership.current.kind === 'leading' && cluster.lease.state.kind === 'held'
  }

  async function readAsPrimary(request: SentRead): Promise<ReadAnswer | undefined> {
    const answer = await host.read(request)
    return answer.kind === 'lost' && !isProven() ? undefined : answer
  }

  function readHere(statements: readonly Statement[], token: Token, waitMs: number, signal?: AbortSignal) {
    const { announced } = host
    const isThere = announced && isSameEpoch(announced.epoch, token.epoch) && announced.commit >= token.commit
    if (!isThere) counts.waited += 1
    return waitUntilCovered(host, token, {
      patienceMs: waitMs,
      signal,
      async attempt() {
        const answer = await host.read({ statements, token })
        return isNotYet(answer) ? undefined : rowsOf(answer, statements, token)
      },
    })
  }

  async function readElsewhere(request: SentRead, deadline: number, signal = neverAborted): Promise<Rows> {
    let reason: unknown
    for (let tries = 0; performance.now() < deadline && !signal.aborted; tries++) {
      try {
        const answer = await askPrimary(request, deadline - performance.now(), signal)
        if (answer && !isNotYet(answer)) return rowsOf(answer, request.statements, request.token)
      } catch (error) {
        if (!isTransient(error)) throw error
        reason = error
      }
      const left = Math.max(0, deadline - performance.now())
      await pause({ ms: Math.min(left, pauseBefore(tries)), signal, onChange: leadership.onChange })
    }
    throw new RepoError('behind', 'this node has not received what the token names, and no primary answered', {
      cause: reason,
    })
  }

  async function askPrimary(
    request: SentRead,
    remainingMs: number,
    signal: AbortSignal,
  ): Promise<ReadAnswer | undefined> {
    const { current } = leadership
    if (current.kind === 'leading') return readAsPrimary(request)
    const target = current.kind === 'following' ? cluster.locate(current.primary) : undefined
    if (!target) return undefined
    const answer = await cluster.call(target.address, readMethod, request, { deadlineMs: remainingMs, signal })
    return answer as ReadAnswer
  }

  /** The primary's end. */
  async function take(request: SentRead): Promise<ReadAnswer> {
    const answer = leadership.current.kind === 'leading' ? await readAsPrimary(request) : undefined
    if (answer) return answer
    const error = new RepoError('not_primary', `this node is not the primary: it is ${leadership.current.kind}`)
    return { kind: 'failed', error: encodeError(error, '') }
  }
}

function standingAfter(error: unknown): Coverage {
  if (error instanceof RepoError && error.code === 'lost') return 'lost'
  if (isTransient(error)) return 'behind'
  throw error
}

const neverAborted = new AbortController().signal

/** This node may be able to answer later, or another one now. */
const transient: ReadonlySet<string> = new Set([
  'behind',
  'not_primary',
  'database_unavailable',
  'schema_behind',
  'closed',
] satisfies RepoErrorCode[])

function isNotYet(answer: ReadAnswer): boolean {
  return answer.kind === 'behind' || (answer.kind === 'failed' && transient.has(answer.error.code))
}

/** Errors of calls between nodes are not the repo's: whatever they are, another try may do. */
function isTransient(error: unknown): boolean {
  return !(error instanceof RepoError) || transient.has(error.code)
}
