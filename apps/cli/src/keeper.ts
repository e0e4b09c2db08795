import { type ClusterSeam, type InSyncSet, leaseByRole, openFixedInSyncSet, type WriteLease } from '@atoll/repo'
import { type GuardClient, openGuardClient } from '@atoll/supervisor/guard'
import type { ClusterPlacement } from './placement.ts'

/** Who says that a write may be acknowledged: the guard, or every candidate when there is none. */
export interface Keeper {
  inSyncSet: InSyncSet
  lease: WriteLease
  close(): Promise<void>
}

export function openKeeper(
  { keeper }: Pick<ClusterPlacement, 'keeper'>,
  cluster: Pick<ClusterSeam, 'name' | 'replication' | 'locate' | 'call' | 'handle'>,
): Keeper {
  if (keeper.kind === 'guard') return keptByGuard(openGuardClient({ socket: keeper.socket }))
  const inSyncSet = openFixedInSyncSet({ candidates: keeper.names, cluster })
  const lease = leaseByRole(cluster.replication)
  return { inSyncSet, lease, close: async () => void (await Promise.all([inSyncSet.close(), lease.close()])) }
}

/** A handover waits for the data layer: the guard asks, and the data layer says when no transaction is running. */
export function keptByGuard(guard: GuardClient): Keeper {
  let draining = Promise.withResolvers<void>()
  // Also when it goes on draining for another reason: a reign may have begun since the writes were parked.
  guard.lease.onChange(() => {
    draining = Promise.withResolvers()
  })
  guard.onDrain(() => draining.promise)
  return {
    inSyncSet: guard.inSyncSet,
    lease: {
      get state() {
        return guard.lease.state
      },
      onChange: guard.lease.onChange,
      drained: () => draining.resolve(),
    },
    close: guard.close,
  }
}
