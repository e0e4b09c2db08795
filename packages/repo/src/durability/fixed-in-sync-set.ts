import type { ClusterSeam, InSyncSet, Role } from '../cluster-seam.ts'
import { RepoError } from '../errors.ts'
import type { Position } from '../protocol.ts'
import { createMemberReports } from './member-reports.ts'
import { createReporter, positionMethod } from './report-positions.ts'

export interface FixedInSyncSetOptions {
  /** The names of all nodes that may become primary, this one included. */
  candidates: readonly string[]
  /**
   * Fewer members than this are refused at once. That is enough at any time: this set never gets smaller, and every
   * acknowledged write is on all of it. Default 1.
   */
  minInSync?: number
  cluster: Pick<ClusterSeam, 'name' | 'replication' | 'locate' | 'call' | 'handle'>
}

interface Waiting {
  position: Position
  resolve(covered: { copies: number }): void
}

/**
 * An in-sync set for a cluster without a guard: every candidate, for ever. It never shrinks, so while one of them is
 * silent writes wait, and then are of unknown outcome. On a replica it reports this node's positions.
 */
export function openFixedInSyncSet(options: FixedInSyncSetOptions): InSyncSet & { close(): Promise<void> } {
  const { candidates, minInSync = 1, cluster } = options
  if (candidates.length < minInSync) {
    throw new RepoError('bad_input', `minInSync is ${minInSync}, but there are only ${candidates.length} candidates`)
  }
  const others = candidates.filter((name) => name !== cluster.name)
  const reports = createMemberReports()
  const reporter = createReporter(cluster)
  const waiting = new Set<Waiting>()
  const closing = new AbortController()
  let role: Role = { kind: 'unknown' }
  const stopHandling = cluster.handle(positionMethod, async (payload, from) => {
    reports.reported(from.node, payload as Position)
    settle()
  })
  const following = follow()

  return {
    whenCovered(position, signal) {
      reports.produced(position)
      settle()
      return new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason)
        if (isCovered(position)) return resolve({ copies: copiesOf(position) })
        const waiter = { position, resolve: end(resolve) }
        const abandon = end(() => reject(signal.reason))
        signal.addEventListener('abort', abandon)
        waiting.add(waiter)

        function end<T>(then: (value: T) => void) {
          return (value: T) => {
            waiting.delete(waiter)
            signal.removeEventListener('abort', abandon)
            then(value)
          }
        }
      })
    },
    members: () => reports.list(others),
    async close() {
      closing.abort()
      stopHandling()
      reporter.close()
      await following
    },
  }

  async function follow() {
    for await (const event of cluster.replication.events(closing.signal)) {
      if (event.kind === 'role') {
        if (role.kind === 'primary') reports.clear()
        role = event.role
        reporter.reportTo(role.kind === 'replica' ? role.primary : undefined)
      }
      const position = event.kind === 'transaction' ? event.position : await lookAtPosition()
      if (!position) continue
      reporter.moved(position)
      if (role.kind === 'primary') {
        reports.produced(position)
        settle()
      }
    }
  }

  async function lookAtPosition(): Promise<Position | undefined> {
    return cluster.replication.position().catch(() => undefined)
  }

  function settle() {
    for (const waiter of waiting) {
      if (isCovered(waiter.position)) waiter.resolve({ copies: copiesOf(waiter.position) })
    }
  }

  function isCovered(position: Position): boolean {
    return others.every((name) => reports.hasReached(name, position))
  }

  function copiesOf(position: Position): number {
    return 1 + reports.countReached(position)
  }
}
