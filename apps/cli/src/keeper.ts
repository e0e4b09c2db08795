import { type ClusterSeam, type InSyncSet, leaseByRole, openFixedInSyncSet, type WriteLease } from '@atoll/repo'
import { openGuardClient } from '@atoll/supervisor/guard'
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
  if (keeper.kind === 'guard') return openGuardClient({ socket: keeper.socket })
  const inSyncSet = openFixedInSyncSet({ candidates: keeper.names, cluster })
  const lease = leaseByRole(cluster.replication)
  return { inSyncSet, lease, close: async () => void (await Promise.all([inSyncSet.close(), lease.close()])) }
}
