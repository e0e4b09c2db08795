import type { ClusterSeam } from '../cluster-seam.ts'
import { decodeError, encodeError, RepoError } from '../errors.ts'
import type { DatabaseHost } from '../host/database-host.ts'
import type { ReadAnswer, Statement } from '../protocol.ts'
import type { Token } from '../token.ts'
import type { LeadershipFollower } from './leadership.ts'
import { pause, pauseBefore } from './patience.ts'
import { type ReadOutcome, readMethod, type SentRead } from './wire.ts'

/** How long a read waits for this node to catch up before the primary is asked, in milliseconds. */
const defaultPatienceMs = 1000

export type Coverage = 'covered' | 'behind' | 'lost'

export interface CoveredReadsOptions {
  host: DatabaseHost
  leadership: LeadershipFollower
  cluster: Pick<ClusterSeam, 'locate' | 'call'>
  patienceMs?: number
}

export interface ReadLimits {
  /** How long the read may take in all, in milliseconds. */
  withinMs: number
  signal?: AbortSignal
}

type Rows = Extract<ReadAnswer, { kind: 'rows' | 'writes' }>

export type CoveredReads = ReturnType<typeof createCoveredReads>

/**
 * Reads that never show less than their token names: this node waits a while for what it has not received, then asks
 * the primary. History that was lost is said to be, and nothing is read.
 */
export function createCoveredReads({ host, leadership, cluster, patienceMs = defaultPatienceMs }: CoveredReadsOptions) {
  const counts = { waited: 0, elsewhere: 0 }

  return { read, waitFor, take, counts }

  async function read(statements: readonly Statement[], token: Token, limits: ReadLimits): Promise<Rows> {
    const deadline = performance.now() + limits.withinMs
    const here = await readHere(statements, token, Math.min(patienceMs, limits.withinMs), limits.signal)
    if (here) return here
    counts.elsewhere += 1
    return readElsewhere([...statements], token, deadline, limits.signal)
  }

  /** Whether this node, its caches included, is at the token; waits up to `waitMs` until it is. */
  async function waitFor(
    token: Token,
    { waitMs = patienceMs, signal }: { waitMs?: number; signal?: AbortSignal } = {},
  ): Promise<Coverage> {
    try {
      return (await readHere([], token, waitMs, signal)) ? 'covered' : 'behind'
    } catch (error) {
      if (error instanceof RepoError && error.code === 'lost') return 'lost'
      throw error
    }
  }

  /** Nothing when this node did not get there in time. */
  async function readHere(statements: readonly Statement[], token: Token, waitMs: number, signal?: AbortSignal) {
    const time = AbortSignal.any([AbortSignal.timeout(waitMs), ...(signal ? [signal] : [])])
    for (let tries = 0; ; tries++) {
      // Asked first, so that what is announced meanwhile ends the pause.
      const news = waitForNews(time)
      const answer = await host.read({ statements, token })
      const settled = settle(answer, token)
      if (settled === 'wait' && !time.aborted) {
        if (tries === 0) counts.waited += 1
        await news.come
        continue
      }
      news.stop()
      return settled === 'wait' ? undefined : settled
    }
  }

  function settle(answer: ReadAnswer, token: Token): Rows | 'wait' {
    switch (answer.kind) {
      case 'rows':
        return isAnnounced(token) ? answer : 'wait'
      case 'writes':
        return answer
      case 'behind':
        return 'wait'
      case 'lost':
        throw lost(token)
      case 'failed':
        if (answer.error.code === 'database_unavailable' || answer.error.code === 'schema_behind') return 'wait'
        throw decodeError(answer.error)
    }
  }

  /** The caches above are part of the reader: they have followed as far as the announcements. */
  function isAnnounced({ epoch, commit }: Token): boolean {
    const { announced } = host
    if (!announced) return false
    if (announced.epoch.id === epoch.id) return announced.commit >= commit
    // The database covers the token, so of two epochs the later one began after it.
    return announced.epoch.number > epoch.number
  }

  function waitForNews(signal: AbortSignal) {
    const stop = new AbortController()
    const come = pause({
      signal: AbortSignal.any([signal, stop.signal]),
      onChange(listener) {
        const ends = [host.onCommit(listener), host.onState(listener)]
        return () => {
          for (const end of ends) end()
        }
      },
    })
    return { come, stop: () => stop.abort() }
  }

  async function readElsewhere(
    statements: Statement[],
    token: Token,
    deadline: number,
    signal = new AbortController().signal,
  ) {
    let reason: RepoError | undefined
    for (let tries = 0; performance.now() < deadline && !signal.aborted; tries++) {
      const answer = await askPrimary({ statements, token }, deadline - performance.now(), signal).catch((error) => {
        reason = decodeError(encodeError(error, 'cannot reach the primary'))
      })
      if (answer?.kind === 'rows' || answer?.kind === 'writes') return answer
      if (answer?.kind === 'lost') throw lost(token)
      if (answer?.kind === 'failed') throw decodeError(answer.error)
      if (answer?.kind === 'refused') reason = decodeError(answer.error)
      const left = Math.max(0, deadline - performance.now())
      await pause({ ms: Math.min(left, pauseBefore(tries)), signal, onChange: leadership.onChange })
    }
    throw new RepoError('behind', `this node has not received what the token names, and no primary answered`, {
      cause: reason,
    })
  }

  async function askPrimary(
    request: SentRead,
    remainingMs: number,
    signal: AbortSignal,
  ): Promise<ReadOutcome | undefined> {
    const { current } = leadership
    if (current.kind === 'leading') return host.read(request)
    const target = current.kind === 'following' ? cluster.locate(current.primary) : undefined
    if (!target) return undefined
    return (await cluster.call(target.address, readMethod, request, { deadlineMs: remainingMs, signal })) as ReadOutcome
  }

  /** The primary's end. */
  async function take(request: SentRead): Promise<ReadOutcome> {
    if (leadership.current.kind === 'leading') return host.read(request)
    const error = new RepoError('not_primary', `this node is not the primary: it is ${leadership.current.kind}`)
    return { kind: 'refused', error: encodeError(error, '') }
  }
}

function lost({ epoch, commit }: Token): RepoError {
  return new RepoError('lost', `a failover undid commit ${commit} of epoch ${epoch.number}`)
}
