import type { ClusterNode, Peer } from '@atoll/cluster'
import type { Position, Replication, Role } from '@atoll/replication'

/** What a node tells the others of itself, beside its name, region and version. */
export type ToldFacts = {
  role: Role
  /** Whether it may become primary. */
  candidate: boolean
  /** A second old at most, as long as others hear of this node. */
  position: Position | undefined
  /** Whether it can read its database. */
  isReady: boolean
  /** The number of the newest epoch it knows: a primary that was overtaken, and has not heard of it, knows an older one. */
  epoch: number | undefined
}

/** Follows what there is to tell of this node. */
export function followFacts(
  replication: Pick<Replication, 'role' | 'position' | 'events'>,
  { candidate, isReady, epoch }: { candidate: boolean; isReady: () => boolean; epoch: () => number | undefined },
) {
  let position: Position | undefined

  return {
    facts: (): ToldFacts => ({ role: replication.role, candidate, position, isReady: isReady(), epoch: epoch() }),

    /** Tells of a role at once, and of positions, which change with every transaction, now and then. */
    async announce(node: Pick<ClusterNode, 'announce' | 'announceLater'>, signal: AbortSignal): Promise<void> {
      for await (const event of replication.events(signal)) {
        if (event.kind === 'role') node.announce()
        if (event.kind === 'transaction') move(event.position)
        // Not waited for: where LiteFS hangs, this does too.
        else void replication.position().then(move, () => {})
      }

      function move(to: Position | undefined) {
        position = to
        node.announceLater()
      }
    },
  }
}

/** Of a release that tells something else, nothing is known. */
export function readFacts({ role, position }: Partial<ToldFacts>): { role: Role['kind']; position?: string } {
  const kind = role?.kind ?? 'unknown'
  return position ? { role: kind, position: `${position.txid}/${position.checksum}` } : { role: kind }
}

/** Of all that say they are the primary, the one that is: the others were overtaken, and have vanished or not heard of it. */
export function newestPrimary(nodes: readonly { name: string; facts: Partial<ToldFacts> }[]): string | undefined {
  const [newest] = nodes
    .filter(({ facts }) => facts.role?.kind === 'primary')
    .toSorted((a, b) => (b.facts.epoch ?? 0) - (a.facts.epoch ?? 0) || (a.name < b.name ? -1 : 1))
  return newest?.name
}

/** What the choice of a node depends on. Of a release that tells less the careful answer is taken. */
export function readDuties({ name, facts }: Pick<Peer, 'name' | 'facts'>) {
  const { role, candidate, isReady } = facts as Partial<ToldFacts>
  return { name, role: role?.kind ?? 'unknown', isCandidate: candidate ?? true, isReady: isReady ?? false }
}

/** Whether no other node is known to be ready. */
export function isLastReady(node: Pick<ClusterNode, 'peers'>): boolean {
  return !node.peers().some((peer) => readDuties(peer).isReady)
}
