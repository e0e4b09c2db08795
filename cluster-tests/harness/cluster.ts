import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Consul, type ConsulOptions, startConsul } from './consul.ts'
import { type DnsServer, startDns } from './dns.ts'
import { type EventuallyOptions, eventually } from './eventually.ts'
import { type LitefsOptions, litefs, litefsInfo, litefsPositions } from './litefs.ts'
import { type Network, openNetwork } from './network.ts'
import { type ClusterNode, createNode, type Part } from './node.ts'
import { killAll } from './processes.ts'
import { openRoute, type Route, type RouteOptions } from './route.ts'
import type { LinkSettings } from './switch.ts'
import { killUsersOf, unmount } from './unmount.ts'

export interface ClusterOptions {
  /** Default 3. */
  nodes?: number
  /** How many of them, from the first, may become primary. Default all. */
  candidates?: number
  /** Default lhr, iad, nrt, syd, gru, jnb, and again. */
  regions?: string[]
  /** IPv4 in place of IPv6. */
  ipv4?: boolean
  consul?: ConsulOptions
  litefs?: LitefsOptions
  /** What a node runs, in this order; only LiteFS by default. */
  parts?: Part[]
  /** False leaves the nodes for the test to start. */
  start?: boolean
  /** Names the folder of the logs. */
  title?: string
}

export interface Cluster {
  /** n1, n2, n3, in this order. The first is primary after the start. */
  readonly nodes: ClusterNode[]
  readonly consul: Consul
  readonly dns: DnsServer
  readonly network: Network
  /** Has the address of every node, in the tests' DNS. */
  readonly dnsName: string
  /** The folder with every process's output. */
  readonly logs: string
  node(name: string): ClusterNode
  /** Waits until exactly one reachable node says it is primary. */
  primary(options?: EventuallyOptions): Promise<ClusterNode>
  /** A reachable node that is not. */
  replica(): Promise<ClusterNode>
  replicas(): Promise<ClusterNode[]>
  /** Waits until all reachable nodes have equal transaction ids and checksums of every database. */
  caughtUp(options?: EventuallyOptions): Promise<void>

  /** Silence between two sides, each one or several of the nodes, `'consul'` or `'tests'`. */
  partition(one: Side, other: Side): Promise<void>
  /** Silence in one direction. */
  silence(from: Side, to: Side): Promise<void>
  /** Ends silence and loss everywhere. */
  heal(): Promise<void>
  /** Delay of one way between every two nodes, or between two sides in both directions. */
  delay(milliseconds: number, one?: Side, other?: Side): Promise<void>
  /** Loss, delay and speed in both directions, between every two nodes or between two sides. */
  impair(settings: LinkSettings, one?: Side, other?: Side): Promise<void>

  /** Puts a TCP address of the tests' own between two programs, to cut and hold what goes through. */
  route(options: RouteOptions): Promise<Route>

  close(options?: { keepLogs?: boolean }): Promise<void>
}

export type Side = Place | Place[]
type Place = ClusterNode | Consul | 'consul' | 'tests'

/** The part of vitest's test context that a cluster needs. */
export interface TestOwner {
  readonly task: { readonly name: string; readonly result?: { readonly state: string } | undefined }
  onTestFinished(end: () => Promise<void>): void
}

/** Starts a cluster that ends with the test. The logs are kept when the test fails, and their place is printed. */
export async function startCluster(t: TestOwner, options: ClusterOptions = {}): Promise<Cluster> {
  const cluster = await openCluster({ title: t.task.name, ...options })
  t.onTestFinished(() => cluster.close({ keepLogs: t.task.result?.state === 'fail' }))
  return cluster
}

/** Starts a cluster whose owner closes it. */
export async function openCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const { nodes: count = 3, candidates = count, ipv4 = false, start = true, title = 'cluster' } = options
  const { regions = ['lhr', 'iad', 'nrt', 'syd', 'gru', 'jnb'], parts = [litefs(options.litefs)] } = options
  const folder = mkdtempSync(join(privateFolder(), 'cluster-'))
  // Programs of a node may run as somebody else.
  chmodSync(folder, 0o755)
  const logs = createLogFolder(title)
  const endings: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })]
  const nodes: ClusterNode[] = []

  async function close({ keepLogs = false } = {}) {
    for (const node of nodes) node.thaw()
    for (const end of endings.splice(0).toReversed()) {
      await Promise.resolve()
        .then(end)
        .catch((error: Error) => console.warn(`while ${title} ended: ${error.message}`))
    }
    if (keepLogs) console.warn(`the logs of "${title}" are in ${logs}`)
    else rmSync(logs, { recursive: true, force: true })
  }

  try {
    const network = await openNetwork({ ipv4 })
    endings.push(() => network.close())
    const dns = await startDns(network.tests.address)
    endings.push(() => dns.close())
    writeFileSync(join(privateFolder(), 'resolv.conf'), `nameserver ${dns.address}\n`)
    const consulHost = await network.addHost('consul')
    const consul = await startConsul({ host: consulHost, network, folder, logs }, options.consul)
    endings.push(() => consul.close())

    for (let number = 1; number <= count; number++) {
      const host = await network.addHost(`n${number}`)
      const node = createNode({
        host,
        network,
        number,
        region: regions[(number - 1) % regions.length]!,
        candidate: number <= candidates,
        folder: join(folder, host.name),
        logs,
        consulUrl: consul.url,
        parts,
        peers: nodes,
      })
      nodes.push(node)
      endings.push(() => endNode(node))
    }
    const dnsName = 'nodes.atoll.test'
    dns.set(
      dnsName,
      nodes.map(({ address }) => address),
    )

    if (start) await startNodes(nodes, parts)
    async function route(routeOptions: RouteOptions) {
      const opened = await openRoute(network.switch, routeOptions)
      endings.push(() => opened.close())
      return opened
    }

    return { ...queries(nodes), ...faults(nodes, network), nodes, consul, dns, network, dnsName, logs, route, close }
  } catch (error) {
    await close({ keepLogs: true })
    throw error
  }
}

/** A part runs on every node before the next one starts: an application waits for the LiteFS of all candidates. */
async function startNodes([first, ...others]: ClusterNode[], parts: Part[]) {
  for (const { name, firstAlone } of parts) {
    const started = first?.start(name)
    if (firstAlone) await started
    await Promise.all([started, ...others.map((node) => node.start(name))])
  }
}

async function endNode(node: ClusterNode) {
  await killUsersOf(node.mount, () => killAll(node.namespaceInode))
  await unmount(node.mount)
}

function queries(nodes: ClusterNode[]) {
  const reachable = () => nodes.filter((node) => node.isReachable())

  async function primary(options?: EventuallyOptions): Promise<ClusterNode> {
    return eventually(
      'exactly one primary',
      async () => {
        const primaries = await primariesAmong(reachable())
        if (primaries.length !== 1) throw new Error(`primary are: ${primaries.map(({ name }) => name).join(', ')}`)
        return primaries[0]
      },
      options,
    )
  }

  async function replicas(): Promise<ClusterNode[]> {
    const current = await primary()
    return reachable().filter((node) => node !== current)
  }

  return {
    primary,
    replicas,
    node(name: string) {
      const found = nodes.find((node) => node.name === name)
      if (!found) throw new Error(`no node ${name}`)
      return found
    },
    async replica() {
      const [first] = await replicas()
      if (!first) throw new Error('there is no replica')
      return first
    },
    async caughtUp(options?: EventuallyOptions) {
      await eventually(
        'every node has the same position',
        async () => {
          const positions = await Promise.all(reachable().map(litefsPositions))
          const [first, ...others] = positions.map((position) => JSON.stringify(Object.entries(position).sort()))
          if (others.some((other) => other !== first)) throw new Error(JSON.stringify(positions))
          return true
        },
        options,
      )
    },
  }
}

async function primariesAmong(nodes: ClusterNode[]): Promise<ClusterNode[]> {
  const answers = await Promise.all(nodes.map((node) => litefsInfo(node).catch(() => undefined)))
  return nodes.filter((_, at) => answers[at]?.isPrimary)
}

function faults(nodes: ClusterNode[], network: Network) {
  const names = (side: Side) => [side].flat().map((place) => (typeof place === 'string' ? place : place.name))

  async function onLinks(one: Side, other: Side, settings: LinkSettings) {
    for (const from of names(one)) {
      for (const to of names(other)) if (from !== to) await network.link(from, to, settings)
    }
  }

  return {
    async partition(one: Side, other: Side) {
      await onLinks(one, other, { silent: true })
      await onLinks(other, one, { silent: true })
    },
    silence: (from: Side, to: Side) => onLinks(from, to, { silent: true }),
    heal: () => network.heal(),
    delay: (milliseconds: number, one?: Side, other?: Side) => impair({ delayMs: milliseconds }, one, other),
    impair,
  }

  async function impair(settings: LinkSettings, one: Side = nodes, other: Side = nodes) {
    await onLinks(one, other, settings)
    await onLinks(other, one, settings)
  }
}

/** In memory unless `ATOLL_CLUSTER_ON_DISK` is set, and gone with the namespaces this runs in: see inside.sh. */
function privateFolder(): string {
  const folder = process.env.ATOLL_CLUSTER_FOLDER
  if (!folder) throw new Error('clusters start only in namespaces of their own: run `npm run test:cluster`')
  return folder
}

function createLogFolder(title: string): string {
  const parent = join(tmpdir(), 'atoll-cluster-logs')
  mkdirSync(parent, { recursive: true })
  return mkdtempSync(join(parent, `${title.replace(/[^A-Za-z0-9]+/g, '-').slice(0, 80)}-`))
}
