import type { Consul } from './consul-client.ts'
import type { ConsulWatch } from './consul-watch.ts'
import type { Lease } from './lease.ts'
import type { PermissionSlip } from './permission.ts'
import type { Keys } from './records.ts'

export interface ClusterIdOptions {
  consul: Consul
  keys: Keys
  lease: Lease
  watch: ConsulWatch
  permission: PermissionSlip
}

/**
 * LiteFS's name of the cluster, which it keeps beside its data and in Consul. Without its own, or with another one, it
 * never leads: an empty disk, or a backup, could not begin anew although a person accepted what is lost. So Consul's is
 * kept from it then, and replaced by its own once it leads.
 */
export function keepClusterId({ consul, keys, lease, watch, permission }: ClusterIdOptions) {
  const replacedIn = new Set<number>()

  return {
    async clusterId(): Promise<string | undefined> {
      const picture = await watch.look()
      const { reign } = lease
      const beginsAnew = reign ? reign.beginsAnew && !replacedIn.has(reign.term) : isAllowed()
      return beginsAnew ? undefined : picture.clusterId

      function isAllowed(): boolean {
        return permission.for(picture) === 'accept-loss'
      }
    },
    async setClusterId(id: string): Promise<boolean> {
      const { reign } = lease
      if (!reign) return false
      const { key, value } = { key: keys.clusterId, value: id }
      const outcome = await consul.transact([
        { verb: 'check-index', key: keys.lease, index: reign.term },
        reign.beginsAnew ? { verb: 'set', key, value } : { verb: 'cas', key, value, index: 0 },
      ])
      if (outcome.kind === 'done') replacedIn.add(reign.term)
      return outcome.kind === 'done'
    },
  }
}
