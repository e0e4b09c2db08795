import type { Discovery, HostPort, PassedOn } from '@atoll/cluster'
import { discoveryOf } from './cluster-settings.ts'
import { CommandError } from './errors.ts'
import { placesOf } from './node-places.ts'
import { type Settings, settingsTable } from './settings.ts'
import { isSupervised } from './supervisor-settings.ts'

/** How this node stands to others. */
export type Placement =
  /** One machine, a plain SQLite file. */
  | { kind: 'embedded' }
  /** One of several nodes with one database. */
  | ({ kind: 'litefs' } & ClusterPlacement)

export interface ClusterPlacement {
  mount: string
  /** LiteFS's own HTTP address. */
  url: string
  node: string
  region: string
  /** Whether it may become primary. */
  isCandidate: boolean
  /** Who has to have a write before it is acknowledged. */
  keeper: { kind: 'candidates'; names: string[] } | { kind: 'guard'; socket: string }
  discovery: Discovery
  listen: HostPort | PassedOn
  secret: readonly string[]
}

/** As the site of a node sees them: its supervisor tells it where the guard is, and where that passes on calls. */
export function withSupervisor(settings: Settings): Settings {
  if (!isSupervised(settings)) return settings
  const { guardSocket, callsSocket } = placesOf(settings)
  return { ...settings, guard: guardSocket, clusterSocket: callsSocket }
}

/** Settings that say something only together. Throws a CommandError that names the one to change. */
export function readPlacement(settings: Settings): Placement {
  const { replication, peers, candidates, guard, clusterSecret } = settings
  if (replication === 'embedded') {
    for (const name of ['peers', 'candidates', 'guard'] as const) {
      if (settings[name] !== undefined) {
        const { env } = settingsTable[name]
        throw new CommandError(`ATOLL_REPLICATION: found embedded with ${env}; several nodes need litefs`)
      }
    }
    return { kind: 'embedded' }
  }
  if (clusterSecret === undefined) {
    throw new CommandError(
      'ATOLL_CLUSTER_SECRET: not set; give every node the same one, as `openssl rand -hex 32` prints it',
    )
  }
  if (peers === undefined) {
    throw new CommandError('ATOLL_PEERS: not set; name the other nodes: dns:<name>, or addresses like [fdaa::2]:4100')
  }
  return {
    kind: 'litefs',
    mount: settings.litefsMount,
    url: settings.litefsUrl,
    node: settings.node,
    region: settings.region,
    isCandidate: candidates?.includes(settings.node) ?? settings.isCandidate,
    keeper: keeperOf(candidates, guard, settings.minInSync),
    discovery: discoveryOf(peers, settings.clusterPort, settings.clusterDns),
    listen: listenOf(settings),
    secret: clusterSecret,
  }
}

function keeperOf(
  candidates: string[] | undefined,
  socket: string | undefined,
  minInSync: number,
): ClusterPlacement['keeper'] {
  if (socket !== undefined) return { kind: 'guard', socket }
  // Without a guard the set is every candidate, for ever: what is enough of them now is enough at any time.
  if (candidates !== undefined && candidates.length < minInSync) {
    throw new CommandError(
      `ATOLL_MIN_IN_SYNC: found ${minInSync} with ${candidates.length} names in ATOLL_CANDIDATES; no write could be acknowledged`,
    )
  }
  if (candidates !== undefined) return { kind: 'candidates', names: candidates }
  throw new CommandError(
    'ATOLL_CANDIDATES: not set; name the nodes that may become primary, like lhr-1, iad-1, or set ATOLL_GUARD',
  )
}

function listenOf({ clusterHost: host, clusterPort: port, clusterSocket: socket }: Settings): HostPort | PassedOn {
  return socket === undefined ? { host, port } : { socket, host, port }
}
