import { setTimeout as delay } from 'node:timers/promises'
import type { ClusterSeam, LeaseState, Role } from '../cluster-seam.ts'
import { type ErrorData, encodeError, RepoError } from '../errors.ts'
import type { DatabaseHost } from '../host/database-host.ts'
import type { Epoch } from '../token.ts'

/** One time of being primary, from its epoch row on. */
export interface Reign {
  readonly epoch: Epoch
  /** Aborts when the reign is over: nothing is acknowledged after that. */
  readonly signal: AbortSignal
}

export type Leadership =
  | { kind: 'leading'; reign: Reign }
  /** The primary, and not ready for writes: migrations run, the epoch row is being written, or a handover has begun. */
  | { kind: 'beginning' }
  | { kind: 'draining' }
  /** `signal` aborts when it is somebody else's turn. */
  | { kind: 'following'; primary: string; signal: AbortSignal }
  | { kind: 'unknown' }

export interface LeadershipFollower {
  readonly current: Leadership
  /** What went wrong when this node last tried to begin its reign. */
  readonly problem: ErrorData | undefined
  onChange(listener: () => void): () => void
  close(): Promise<void>
}

/** Waits between tries to begin a reign, in milliseconds; the last is repeated. */
const retryAfterMs = [20, 50, 100, 250, 500, 1000]

export interface FollowOptions {
  /** How long a read may hold its transaction while this node is not the primary, in milliseconds. */
  longestReadMs?: number
}

/** Follows the replication's role: begins a reign when this node becomes primary, and fences when it stops to be. */
export function followLeadership(
  host: DatabaseHost,
  cluster: ClusterSeam,
  { longestReadMs = Number.POSITIVE_INFINITY }: FollowOptions = {},
): LeadershipFollower {
  const listeners = new Set<() => void>()
  const closing = new AbortController()
  let current: Leadership = { kind: 'unknown' }
  let problem: ErrorData | undefined
  let turn = new AbortController()
  // Reigns begin and end one after the other, however fast the role changes.
  let lastStep: Promise<unknown> = Promise.resolve()
  const stopLease = cluster.lease.onChange(obeyLease)
  const stopPreparing = cluster.lease.onPrepare?.(() => host.prepareReign())
  const following = follow()

  return {
    get current() {
      return current
    },
    get problem() {
      return problem
    },
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    async close() {
      closing.abort()
      stopLease()
      stopPreparing?.()
      turn.abort(over('this node is closing'))
      await following
      await lastStep
    },
  }

  async function follow() {
    for await (const event of cluster.replication.events(closing.signal)) {
      if (event.kind === 'role') take(event.role)
      else if (event.kind === 'reset') host.reset()
      // The writer announces its own commits, and a look at each would keep the file busy while their answers wait.
      else if (current.kind !== 'leading') host.look()
    }
  }

  function take(role: Role) {
    turn.abort(over('this node is not the primary any more'))
    turn = new AbortController()
    const { signal } = turn
    // LiteFS may have died, here or where the primary was.
    if (role.kind === 'unknown' && current.kind !== 'unknown') host.checkFile()
    // LiteFS waits for every read before it applies or takes over; on the primary nothing waits for one.
    host.limitReads(role.kind === 'primary' ? Number.POSITIVE_INFINITY : longestReadMs)
    if (role.kind === 'primary') {
      become({ kind: 'beginning' })
      inOrder(() => lead(signal))
    } else if (role.kind === 'replica') become({ kind: 'following', primary: role.primary, signal })
    else become({ kind: 'unknown' })
  }

  /** Leads until the role changes: again from the start when the database went away, or the lease was another's. */
  async function lead(signal: AbortSignal) {
    for (let attempt = 0; !signal.aborted; attempt++) {
      const reign = new AbortController()
      try {
        await host.setFence(fenceFor(cluster.lease.state))
        if (isHandingOver(cluster.lease.state)) throw new RepoError('fenced', 'a handover is under way')
        const { epoch } = (await host.beginReign()).token
        problem = undefined
        attempt = 0
        await reignOver(epoch, reign, signal)
      } catch (error) {
        problem = encodeError(error, 'cannot begin to be the primary')
      }
      reign.abort(over('the reign ended'))
      if (!signal.aborted) become({ kind: 'beginning' })
      await host.setFence({ kind: 'closed', reason: 'this node is not the primary any more' })
      await host.endReign()
      await delay(retryAfterMs[Math.min(attempt, retryAfterMs.length - 1)], undefined, { signal }).catch(() => {})
    }
  }

  /** Resolves when the reign is over. */
  async function reignOver(epoch: Epoch, reign: AbortController, signal: AbortSignal) {
    const { promise, resolve } = Promise.withResolvers<void>()
    const { lease } = cluster
    let term = lease.state.kind === 'held' ? lease.state.term : undefined
    const stop = [host.onState(look), lease.onChange(look), onAbort(signal, look)]
    look()
    await promise
    for (const end of stop) end()

    function look() {
      const { state } = lease
      if (state.kind === 'held') term ??= state.term
      const isAnothersTerm = state.kind === 'held' && state.term !== term
      if (!signal.aborted && !isAnothersTerm && host.state.kind !== 'unavailable') {
        const isLeading = state.kind !== 'draining'
        return become(isLeading ? { kind: 'leading', reign: { epoch, signal: reign.signal } } : { kind: 'draining' })
      }
      // First of all: an answer that arrives from now on is not acknowledged.
      reign.abort(signal.aborted ? signal.reason : over('the lease or the database was lost'))
      resolve()
    }
  }

  function obeyLease() {
    const { state } = cluster.lease
    const isPrimary = current.kind === 'leading' || current.kind === 'draining' || current.kind === 'beginning'
    // LiteFS of this node is about to lead.
    if (!isPrimary && state.kind === 'held') void host.prepareReign()
    if (!isPrimary && state.kind !== 'draining') return
    void host.setFence(fenceFor(state)).then(() => {
      // Told of the fence that was set for this very state: a reign may have begun since one for too few members.
      if (state.kind === 'draining' && isSameDraining(state, cluster.lease.state)) cluster.lease.drained?.()
    })
  }

  function become(next: Leadership) {
    const hasChanged = next.kind !== current.kind || next.kind === 'following'
    current = next
    if (hasChanged) for (const listener of [...listeners]) listener()
  }

  function inOrder(step: () => Promise<void>) {
    lastStep = lastStep.then(step).catch((error) => {
      problem = encodeError(error, 'cannot follow the role')
    })
  }
}

function fenceFor(state: LeaseState) {
  if (state.kind !== 'draining') return { kind: 'open' } as const
  return { kind: 'closed', reason: whyClosed[state.because ?? 'handover'] } as const
}

const whyClosed = {
  handover: 'a handover is under way',
  'full-disk': 'the disk of the primary is nearly full',
  'few-members': 'too few members are in sync',
}

/** A reign may begin with too few members, so that they find a database; the position must not move in a handover. */
function isHandingOver(state: LeaseState): boolean {
  return state.kind === 'draining' && (state.because ?? 'handover') === 'handover'
}

function isSameDraining(a: LeaseState, b: LeaseState): boolean {
  return a.kind === 'draining' && b.kind === 'draining' && isHandingOver(a) === isHandingOver(b)
}

function over(reason: string): RepoError {
  return new RepoError('outcome_unknown', reason)
}

function onAbort(signal: AbortSignal, listener: () => void): () => void {
  signal.addEventListener('abort', listener)
  return () => signal.removeEventListener('abort', listener)
}
