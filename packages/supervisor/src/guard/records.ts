import type { Consul, ConsulEntry, ConsulStep } from './consul-client.ts'
import { type InSyncSet, parseSet } from './in-sync-set.ts'
import { encodePosition, type Position, parsePosition } from './position.ts'

/** What the lease key holds while somebody leads. LiteFS reads the first two and ignores the rest. */
export interface LeaseValue {
  hostname: string
  'advertise-url': string
  node: string
  disk: string
  /** Where the holder's guard is reached. */
  address: string
  /** New at each acquire: Consul keeps a key's index when it is set to what it already holds. */
  nonce: string
}

export interface LeaseRecord {
  index: number
  session: string | undefined
  /** Nothing when it was released: LiteFS empties the key. */
  value: LeaseValue | undefined
}

export interface HeartbeatRecord {
  index: number
  /** How far writes were acknowledged when it was written: who leads next has at least this. */
  acked: Position | undefined
}

/** What each guard writes of itself once a second, whether it leads or not. */
export interface NodeRecord {
  node: string
  disk: string
  address: string
  candidate: boolean
  region: string
  /** Grows with each writing. */
  count: number
}

/** Its index moves with each writing. */
export interface SeenNode extends NodeRecord {
  index: number
}

/** Everything Consul holds of a cluster, as of one moment. */
export interface Picture {
  lease: LeaseRecord | undefined
  heartbeat: HeartbeatRecord | undefined
  set: { index: number; value: InSyncSet | undefined } | undefined
  clusterId: string | undefined
  nodes: SeenNode[]
}

/** The keys, below LiteFS's own. */
export function keysOf(leaseKey: string) {
  return {
    lease: leaseKey,
    clusterId: `${leaseKey}/clusterid`,
    set: `${leaseKey}/in-sync-set`,
    heartbeat: `${leaseKey}/heartbeat`,
    node: (name: string) => `${leaseKey}/nodes/${name}`,
  }
}

export type Keys = ReturnType<typeof keysOf>

export async function lookAt(consul: Pick<Consul, 'list'>, keys: Keys): Promise<Picture> {
  const entries = new Map((await consul.list(keys.lease)).map((entry) => [entry.key, entry]))
  const set = entries.get(keys.set)
  return {
    lease: decodeLease(entries.get(keys.lease)),
    heartbeat: decodeHeartbeat(entries.get(keys.heartbeat)),
    set: set && { index: set.index, value: parseSet(set.value) },
    clusterId: entries.get(keys.clusterId)?.value || undefined,
    nodes: [...entries.values()].filter(({ key }) => key.startsWith(keys.node(''))).flatMap(decodeNode),
  }
}

/**
 * Gives the lease back as it was seen; refused when it has gone on. Its session is left to end for want of renewal: in a
 * handover it goes on too, and whoever destroyed it would take the lease from the next primary.
 */
export function releaseSteps(keys: Keys, { index, session }: { index: number; session: string }): ConsulStep[] {
  return [
    { verb: 'check-index', key: keys.lease, index },
    { verb: 'unlock', key: keys.lease, value: '', session },
  ]
}

export function encodeHeartbeat(count: number, acked: Position | undefined): string {
  return JSON.stringify({ count, acked: acked && encodePosition(acked) })
}

function decodeLease(entry: ConsulEntry | undefined): LeaseRecord | undefined {
  if (!entry) return undefined
  return { index: entry.index, session: entry.session, value: parseJson(entry.value) as LeaseValue | undefined }
}

function decodeHeartbeat(entry: ConsulEntry | undefined): HeartbeatRecord | undefined {
  if (!entry) return undefined
  const { acked } = (parseJson(entry.value) ?? {}) as { acked?: string }
  return { index: entry.index, acked: acked === undefined ? undefined : parsePosition(acked) }
}

function decodeNode({ value, index }: ConsulEntry): SeenNode[] {
  const record = parseJson(value) as NodeRecord | undefined
  return record?.node ? [{ ...record, index }] : []
}

function parseJson(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}
