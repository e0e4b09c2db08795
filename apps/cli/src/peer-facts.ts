import type { ClusterNode, Peer } from '@atoll/cluster'
import type { Role } from '@atoll/replication'

/** What each node tells the others of itself. A release that says less counts as a candidate that can do nothing. */
export interface PeerFacts {
  role: Role
  isCandidate: boolean
  /** Whether it can read its database. */
  isReady: boolean
}

export function readPeer({ name, facts }: Pick<Peer, 'name' | 'facts'>) {
  const { role, isCandidate, isReady } = facts as Partial<PeerFacts>
  return { name, role: role?.kind ?? 'unknown', isCandidate: isCandidate ?? true, isReady: isReady ?? false }
}

/** Whether no other node is known to be ready. */
export function isLastReady(node: Pick<ClusterNode, 'peers'>): boolean {
  return !node.peers().some((peer) => readPeer(peer).isReady)
}
