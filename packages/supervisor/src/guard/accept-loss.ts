import { createHash } from 'node:crypto'
import type { ConsulWatch } from './consul-watch.ts'
import type { AcceptLossAnswer } from './control-protocol.ts'
import type { Disk } from './disk.ts'
import { GuardError } from './errors.ts'
import type { LitefsWatch } from './litefs-watch.ts'
import type { Peers } from './peers.ts'
import type { PermissionSlip } from './permission.ts'
import { encodePosition } from './position.ts'
import { timing } from './timing.ts'

export interface AcceptLossOptions {
  watch: ConsulWatch
  disk: Disk
  litefs: LitefsWatch
  peers: Peers
  permission: PermissionSlip
}

/**
 * For the day that every member of the in-sync set is gone for good. The confirmation names what it was given for: it
 * is worth nothing once the set or this node's data is another.
 */
export async function acceptLoss(
  { watch, disk, litefs, peers, permission }: AcceptLossOptions,
  confirmation: string | undefined,
): Promise<AcceptLossAnswer> {
  const picture = await watch.look()
  const { lease, set, heartbeat } = picture
  if (lease?.session !== undefined && !watch.isHolderSilent)
    throw new GuardError('lease_held', `${lease.value?.node} holds the lease`)
  const last = set?.value ?? disk.newestSet
  const here = litefs.position ? encodePosition(litefs.position) : 'nothing'
  const expected = createHash('sha256').update(`${last?.lineage} ${last?.version} ${here}`).digest('hex').slice(0, 8)
  if (confirmation === expected) {
    await watch.deposeSilent()
    permission.give('accept-loss', picture)
    return { kind: 'accepted' }
  }
  if (confirmation !== undefined) throw new GuardError('bad_confirmation', `"${confirmation}" confirms something else`)

  const members = last?.members.map(({ node }) => node) ?? []
  const answering = members.filter((node) => (peers.get(node)?.silentForMs() ?? Infinity) < timing.dropAfter)
  const acked = heartbeat?.acked ? encodePosition(heartbeat.acked) : 'unknown'
  return {
    kind: 'confirm',
    confirmation: expected,
    mayBeLost: [
      `members with every acknowledged write: ${members.join(', ') || 'unknown'}`,
      `of them answer: ${answering.join(', ') || 'none'}`,
      `the last heartbeat told of writes up to ${acked}, and this node has ${here}`,
      'every write that this node lacks will be gone, those after the last heartbeat included, also on the members when they come back',
    ].join('; '),
  }
}
