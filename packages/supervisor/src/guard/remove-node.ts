import type { Consul } from './consul-client.ts'
import type { ConsulWatch } from './consul-watch.ts'
import { GuardError } from './errors.ts'
import { withRemoved } from './in-sync-set.ts'
import type { Lease } from './lease.ts'
import type { Peers } from './peers.ts'
import type { Keys } from './records.ts'

export interface RemoveOptions {
  self: string
  consul: Consul
  keys: Keys
  lease: Lease
  watch: ConsulWatch
  peers: Peers
}

/** Forgets a node that does not come back, for a person who said so: done by whoever leads. */
export async function removeNode({ self, consul, keys, lease, watch, peers }: RemoveOptions, node: string) {
  const { nodes, lease: held } = await watch.look()
  if (!lease.reign) {
    const holder = peers.get(held?.value?.node ?? '')
    if (!holder) throw new GuardError('not_leading', 'no node leads that could remove one')
    await holder.ask('remove', { node }, 5000)
    return
  }
  const found = [...nodes, ...lease.reign.set.members].find((known) => known.node === node)
  if (!found || node === self) throw new GuardError('unknown_node', `cannot remove "${node}"`)
  await lease.reign.changeSet((set) => withRemoved(set, found.disk))
  await consul.transact([{ verb: 'delete', key: keys.node(node) }])
  peers.forget(node)
}
