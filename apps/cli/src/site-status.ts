import type { ClusterNode, Peer } from '@atoll/cluster'
import { logFailovers, type NodeStatus, type OperationsSource, type Sighting, watchLag } from '@atoll/web'
import type { SiteDatabase } from './database.ts'
import { newestPrimary, readFacts } from './node-facts.ts'
import { version } from './version.ts'

/** How often the nodes are asked where they are, in milliseconds. */
const askEveryMs = 2000
/** A node that takes longer is shown without its lag. */
const deadlineMs = 1500
const method = 'status.position'

export interface SiteStatus extends Pick<OperationsSource, 'version' | 'nodes' | 'failovers' | 'failoverCount'> {
  close(): Promise<void>
}

/** What this node knows of itself and of the others. On one machine alone: its release. */
export function openSiteStatus(database: SiteDatabase): SiteStatus {
  if (database.kind === 'embedded') return { version, close: async () => {} }
  const { node, replication, placement, facts } = database
  const lag = watchLag()
  const failovers = logFailovers()
  const stopAnswering = node.handle(method, async () => (await replication.position())?.txid)
  const end = new AbortController()
  let asking: Promise<void> | undefined
  const timer = setInterval(() => (asking ??= ask().finally(() => (asking = undefined))), askEveryMs).unref()

  // Not with the positions: between two of them a handover comes and goes.
  const stopFollowing = node.onPeersChange(seePrimary)
  void followOwnRole()

  return { version, nodes, failovers: failovers.list, failoverCount: failovers.count, close }

  function primaryNow(): string | undefined {
    return newestPrimary([{ name: node.name, facts: facts() }, ...node.peers()])
  }

  function seePrimary(): void {
    failovers.observe(primaryNow(), Date.now())
  }

  async function followOwnRole(): Promise<void> {
    for await (const { kind } of replication.events(end.signal)) if (kind === 'role') seePrimary()
  }

  async function ask(): Promise<void> {
    // That it can read, or cannot, is nobody's event; nothing is sent unless it changed.
    node.announce()
    const here = replication
      .position()
      .then((position) => position?.txid)
      .catch(() => undefined)
    const asked = await Promise.all([
      sighting(node.name, here),
      ...node.peers().map((peer) => sighting(peer.name, askPeer(node, peer))),
    ])
    const seen = asked.filter((found) => found !== undefined)
    const primary = primaryNow()
    lag.observe(
      seen.find(({ name }) => name === primary),
      seen,
      Date.now(),
    )
  }

  function nodes(): NodeStatus[] {
    const { name } = node
    const here = { name, region: placement.region, version, ...readFacts(facts()), isHere: true }
    const others = node.peers().map((peer) => {
      return { name: peer.name, region: peer.region, version: peer.version, ...readFacts(peer.facts), isHere: false }
    })
    const primary = primaryNow()
    return [here, ...others]
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .map((known) => {
        const behind = lag.of(known.name)
        const isOvertaken = known.role === 'primary' && known.name !== primary
        return {
          ...known,
          role: isOvertaken ? 'unknown' : known.role,
          lagMs: behind?.ms,
          lagTransactions: behind?.transactions,
          lagHistory: lag.history(known.name),
        }
      })
  }

  async function close(): Promise<void> {
    clearInterval(timer)
    end.abort()
    stopFollowing()
    stopAnswering()
    await asking
  }
}

async function sighting(name: string, txid: Promise<bigint | undefined>): Promise<Sighting | undefined> {
  const found = await txid
  return found === undefined ? undefined : { name, txid: found }
}

/** Nothing from a node that does not answer, or that runs a release without this. */
async function askPeer(node: ClusterNode, { address }: Peer): Promise<bigint | undefined> {
  const answer = await node.call(address, method, null, { deadlineMs }).catch(() => undefined)
  return typeof answer === 'bigint' ? answer : undefined
}
