import type { InSyncSet, Member } from './in-sync-set.ts'
import type { Listening } from './listening.ts'
import type { Peer, Peers } from './peers.ts'
import type { NodeRecord } from './records.ts'
import { timing } from './timing.ts'

/** What is known of the other nodes: over the links, and by what their guards write to Consul. */
export interface Hearing {
  /** Is the member connected and well, so that it can stay in the set? */
  isHeard(member: Member): boolean
  /**
   * Has this guard heard the other members, or listened for long enough? Else it would lead without them. One that says
   * that it leaves is heard: a node that has just started may be handed the lease by it.
   */
  isSettled(set: InSyncSet): boolean
  /** The other members that are well and have an application. */
  servingMembers(set: InSyncSet): Peer[]
  /** Most of the others live and not for us, and one of them could lead: better than us, who would be alone. */
  isIsolated(set: InSyncSet): boolean
}

export function createHearing(node: string, peers: Peers, listening: Listening, records: () => NodeRecord[]): Hearing {
  const isReached = (peer: Peer) => peer.silentForMs() < timing.dropAfter
  return { isHeard, isSettled, servingMembers, isIsolated }

  function isHeard(member: Member): boolean {
    const peer = peers.get(member.node)
    if (!peer?.report || !isReached(peer)) return false
    const { disk, joins, candidate, seesConsul } = peer.report
    return disk === member.disk && joins && candidate && seesConsul
  }

  function isSettled(set: InSyncSet): boolean {
    return listening.isSure || set.members.every((member) => member.node === node || hasSpoken(member))
  }

  function hasSpoken(member: Member): boolean {
    const peer = peers.get(member.node)
    return peer?.report !== undefined && isReached(peer)
  }

  function servingMembers(set: InSyncSet): Peer[] {
    return set.members
      .filter((member) => member.node !== node && isHeard(member))
      .map((member) => peers.get(member.node)!)
      .filter((peer) => peer.report?.serves)
  }

  function isIsolated(set: InSyncSet): boolean {
    if (!listening.isSure) return false
    const living = records()
      .filter((record) => record.candidate && record.node !== node)
      .map((record) => peers.get(record.node))
      .filter((peer) => peer !== undefined)
      .filter((peer) => isReached(peer) || peer.livedOn())
    const reached = living.filter(isReached)
    const members = set.members.map((member) => member.node)
    const hasHeir = living.some((peer) => !isReached(peer) && members.includes(peer.node))
    return living.length >= 2 && reached.length * 2 < living.length && hasHeir
  }
}
