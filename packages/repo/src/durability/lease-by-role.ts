import type { LeaseState, ReplicationSeam, WriteLease } from '../cluster-seam.ts'

/**
 * A lease for a cluster without a guard: held for as long as LiteFS says that this node is the primary. It proves
 * nothing when the node is cut off, so `local` acknowledgements are as safe as LiteFS alone makes them.
 */
export function leaseByRole(replication: Pick<ReplicationSeam, 'events'>): WriteLease & { close(): Promise<void> } {
  const listeners = new Set<() => void>()
  const closing = new AbortController()
  let state: LeaseState = { kind: 'not-held' }
  let terms = 0
  const following = follow()

  return {
    get state() {
      return state
    },
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    async close() {
      closing.abort()
      await following
    },
  }

  async function follow() {
    for await (const event of replication.events(closing.signal)) {
      if (event.kind !== 'role') continue
      const isPrimary = event.role.kind === 'primary'
      if (isPrimary === (state.kind === 'held')) continue
      state = isPrimary ? { kind: 'held', term: `${++terms}` } : { kind: 'not-held' }
      for (const listener of listeners) listener()
    }
  }
}
