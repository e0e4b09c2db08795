import type { ConsulWatch } from './consul-watch.ts'
import type { GuardStatus, LeaseState } from './control-protocol.ts'
import type { GuardOptions } from './guard-options.ts'
import type { Member } from './in-sync-set.ts'
import type { Lease } from './lease.ts'
import type { LitefsWatch } from './litefs-watch.ts'
import type { Peer, Peers } from './peers.ts'
import { encodePosition } from './position.ts'

export interface DescribeOptions {
  options: Pick<GuardOptions, 'region' | 'candidate'>
  self: Member
  watch: ConsulWatch
  lease: Lease
  litefs: LitefsWatch
  peers: Peers
  joins: boolean
  leaseState(): LeaseState
  freeBytes(): number | undefined
  refused(): Readonly<Record<string, number>>
}

export function describeGuard(given: DescribeOptions): GuardStatus {
  const { options, self, watch, lease, litefs, peers, joins, leaseState, freeBytes, refused } = given
  const { lease: held, set: kept } = watch.picture ?? {}
  // While this node leads it knows better than the last look.
  const set = lease.reign?.set ?? kept?.value
  return {
    node: self.node,
    disk: self.disk,
    region: options.region,
    candidate: options.candidate,
    lease: leaseState(),
    holder: lease.reign ? self.node : held?.session && held.value?.node,
    term: lease.reign?.term ?? (held?.session === undefined ? undefined : held.index),
    members: set?.members.map(({ node }) => node) ?? [],
    setVersion: set?.version,
    position: litefs.position && encodePosition(litefs.position),
    joins,
    consul: { lastSeenMs: watch.seenAt === undefined ? undefined : Math.round(performance.now() - watch.seenAt) },
    litefs: { silentForMs: Math.round(litefs.silentForMs), isPrimary: litefs.isPrimary },
    freeBytes: freeBytes(),
    peers: peers.all().map(describePeer),
    refused: refused(),
  }
}

function describePeer({ node, report, silentForMs }: Peer): GuardStatus['peers'][number] {
  const silentFor = silentForMs()
  return {
    node,
    region: report?.region,
    silentForMs: Number.isFinite(silentFor) ? Math.round(silentFor) : undefined,
    position: report?.position,
    candidate: report?.candidate,
  }
}
