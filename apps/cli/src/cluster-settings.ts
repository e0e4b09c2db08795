import { hkdfSync } from 'node:crypto'
import { hostname } from 'node:os'
import { isAbsolute } from 'node:path'
import { ClusterError, type Discovery, type HostPort, leastSecretLength, parseAddress } from '@atoll/cluster'
import { number, oneOf, optional, type Setting, text } from './setting.ts'

const defaultClusterPort = 4100

/** What a node of several needs to know; one machine alone needs none of it. */
export const clusterSettings = {
  replication: {
    env: 'ATOLL_REPLICATION',
    flag: '',
    summary: 'Where the database is: `embedded`, a plain file in the data folder, or `litefs`, the same on every node.',
    default: 'embedded',
    parse: oneOf('embedded', 'litefs'),
  },
  litefsMount: {
    env: 'ATOLL_LITEFS_MOUNT',
    flag: '',
    summary: 'Folder where LiteFS shows the database (`fuse.dir`); not its data folder.',
    default: '/litefs',
    parse: (value) => (isAbsolute(value) ? { value } : { wanted: 'a folder from the root, like /litefs' }),
  },
  litefsUrl: {
    env: 'ATOLL_LITEFS_URL',
    flag: '',
    summary: "Address of this node's own LiteFS.",
    default: 'http://127.0.0.1:20202',
    parse: (value) =>
      URL.canParse(value) && new URL(value).protocol === 'http:'
        ? { value: new URL(value).origin }
        : { wanted: 'an address like http://127.0.0.1:20202' },
  },
  node: {
    env: 'ATOLL_NODE',
    alsoEnv: 'FLY_MACHINE_ID',
    flag: '',
    summary: "This node's name, another one on every node: LiteFS's `lease.hostname`, or `FLY_MACHINE_ID`.",
    default: "<the machine's name>",
    parse: parseName,
  },
  region: {
    env: 'ATOLL_REGION',
    alsoEnv: 'FLY_REGION',
    flag: '',
    summary: 'Where this node is, for people to read, or `FLY_REGION`.',
    default: 'local',
    parse: parseName,
  },
  candidates: {
    env: 'ATOLL_CANDIDATES',
    flag: '',
    summary: 'Names of the nodes that may become primary; a write is acknowledged once each of them has it.',
    default: 'none',
    parse: optional((value) => {
      const names = value.split(',').map((name) => name.trim())
      return names.every(isName) ? { value: names } : { wanted: 'names of nodes, like lhr-1, iad-1' }
    }),
  },
  guard: {
    env: 'ATOLL_GUARD',
    flag: '',
    summary: 'Control socket of the guard on this node. It keeps the set of candidates that have every write.',
    default: 'none',
    parse: optional(text),
  },
  peers: {
    env: 'ATOLL_PEERS',
    flag: '',
    summary: 'Where the other nodes are: `dns:<name>` for all addresses of a name, or a list of `host:port`.',
    default: 'none',
    parse: optional(parsePeers),
  },
  clusterDns: {
    env: 'ATOLL_CLUSTER_DNS',
    flag: '',
    summary: "DNS server to ask for `dns:<name>`, as `address:port`; `none` is the machine's own.",
    default: 'none',
    parse: optional((value) => (readAddress(value) ? { value } : { wanted: 'an address like [fdaa::3]:53' })),
  },
  clusterHost: {
    env: 'ATOLL_CLUSTER_HOST',
    flag: '',
    summary: 'Address on which this node listens for other nodes.',
    default: '::',
    parse: text,
  },
  clusterPort: {
    env: 'ATOLL_CLUSTER_PORT',
    flag: '',
    summary: 'Port on which the nodes listen for each other.',
    default: String(defaultClusterPort),
    parse: number(1, 65535, 'a port number from 1 to 65535'),
  },
  clusterSocket: {
    env: 'ATOLL_CLUSTER_SOCKET',
    flag: '',
    summary: 'Unix socket on which the guard passes on what arrives at that port; then it is the guard that listens.',
    default: 'none',
    parse: optional(text),
  },
  clusterSecret: {
    env: 'ATOLL_CLUSTER_SECRET',
    flag: '',
    summary:
      'What the nodes know and nobody else; at least 32 characters. Two, separated by a comma, while it changes.',
    default: 'none',
    isSecret: true,
    parse: optional(parseSecrets),
  },
} satisfies Record<string, Setting<unknown>>

/** The machine's name, as LiteFS takes it when its settings name none. */
export function defaultNode(): string {
  return hostname()
}

/** Other nodes as they are written in a setting. */
export type Peers = { kind: 'static'; peers: HostPort[] } | { kind: 'dns'; name: string; port: number | undefined }

/** Nodes found by name listen on the port that this one listens on, unless another is written. */
export function discoveryOf(peers: Peers | undefined, port: number, server: string | undefined): Discovery {
  if (!peers) return { kind: 'static', peers: [] }
  return peers.kind === 'static' ? peers : { ...peers, port: peers.port ?? port, server }
}

function parsePeers(value: string): { value: Peers } | { wanted: string } {
  const wanted = '`dns:` and a name, or addresses like `[fdaa::2]:4100, 10.0.0.3:4100`'
  const [, name, port] = /^dns:([^:\s,]+)(?::(\d+))?$/.exec(value) ?? []
  if (name) return { value: { kind: 'dns', name, port: port === undefined ? undefined : Number(port) } }
  const peers = value.split(',').map((address) => readAddress(address, defaultClusterPort))
  const isComplete = (list: (HostPort | undefined)[]): list is HostPort[] => !list.includes(undefined)
  return !value.startsWith('dns:') && isComplete(peers) ? { value: { kind: 'static', peers } } : { wanted }
}

function parseSecrets(value: string): { value: string[] } | { wanted: string } {
  const secrets = value.split(',').map((secret) => secret.trim())
  const isGood = secrets.length <= 2 && secrets.every(({ length }) => length >= leastSecretLength)
  return isGood
    ? { value: secrets }
    : { wanted: 'at least 32 characters, as `openssl rand -hex 32` prints, or two with a comma between' }
}

function parseName(value: string): { value: string } | { wanted: string } {
  return isName(value) ? { value } : { wanted: 'letters, digits, dots, dashes and underscores' }
}

function isName(value: string): boolean {
  return /^[\w.-]{1,64}$/.test(value)
}

function readAddress(text: string, defaultPort?: number): HostPort | undefined {
  try {
    return parseAddress(text, defaultPort)
  } catch (error) {
    if (error instanceof ClusterError) return undefined
    throw error
  }
}

/** What signs links is the same on every node, though each has a data folder of its own. */
export function siteSecretOf(clusterSecret: readonly string[]): string {
  return Buffer.from(hkdfSync('sha256', clusterSecret[0]!, '', 'atoll site secret 1', 32)).toString('hex')
}
