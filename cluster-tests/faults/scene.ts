import { setTimeout as delay } from 'node:timers/promises'
import { type Cluster, type ClusterNode, eventually } from '../harness/index.ts'
import type { Clients, Door } from './clients.ts'
import type { Situation } from './faults.ts'
import type { chooseBySeed } from './seeded.ts'
import type { Subject } from './subject.ts'

export type Choose = ReturnType<typeof chooseBySeed>

/** A cluster under load, in which something happens. */
export interface Scene extends Situation {
  readonly clients: Clients
  readonly choose: Choose
  /** In a test: fewer repetitions, shorter outages. */
  readonly isShort: boolean
  readonly outageMs: number
  /** Measures how long nobody can write because of what happens, until writes go on; what it brings about counts too. */
  gapOf(happening: () => unknown, until?: () => Promise<unknown>): Promise<void>
  nextWrite(): Promise<void>
  isWell(count: number): Promise<unknown>
  /** Who is what now. */
  look(): Promise<Situation>
  /** Resolves when another node leads, or when it is too late for that to happen. */
  leaves(primary: ClusterNode): Promise<void>
  /** Throws when this node leads within the time that a take-over needs. */
  neverLeads(node: ClusterNode, when: string): Promise<void>
  /** Reads a page on every node that is reachable, the whole time. */
  readEverywhere(ms: number): Promise<void>
}

interface SceneOptions {
  subject: Subject
  cluster: Cluster
  clients: Clients
  door: Door
  choose: Choose
  isShort: boolean
  outageMs: number
  /** How long nobody may be able to write before the scene goes on without. */
  patienceMs: number
  onGap(ms: number): void
  onUnread(node: ClusterNode): void
}

/** A take-over from a silent holder takes less. LiteFS alone waits for twice the ten seconds of its session. */
const takeOverMs = { atoll: 8000, stock: 60_000 }

export async function openScene(options: SceneOptions): Promise<Scene> {
  const { subject, cluster, clients, door, choose, isShort, outageMs, patienceMs, onGap, onUnread } = options
  const reachable = () => cluster.nodes.filter((node) => node.isReachable())

  async function look(): Promise<Situation> {
    const primary = await eventually(
      'a node leads',
      async () => {
        const name = await subject.leader(reachable())
        return name === undefined ? undefined : cluster.node(name)
      },
      { timeoutMs: 3000 },
    ).catch(() => choose.oneOf(reachable()))
    const replicas = cluster.nodes.filter((node) => node !== primary)
    return { subject, cluster, primary, replicas, replica: choose.oneOf(replicas.length > 0 ? replicas : [primary]) }
  }

  return {
    ...(await look()),
    clients,
    choose,
    isShort,
    outageMs,
    look,
    async gapOf(happening, until = async () => {}) {
      const from = performance.now()
      await happening()
      await until()
      await clients.nextWrite({ timeoutMs: patienceMs }).catch(() => {})
      onGap(Math.round(clients.longestGapMs(from)))
    },
    nextWrite: () => clients.nextWrite(),
    isWell: (count) => subject.isWell(cluster, count),
    async leaves(primary) {
      const hasLeft = async () => {
        const name = await subject.leader(reachable())
        return name !== undefined && name !== primary.name
      }
      await eventually('another node leads', hasLeft, { timeoutMs: takeOverMs[subject.name] }).catch(() => {})
    },
    async neverLeads(node, when) {
      const until = performance.now() + takeOverMs[subject.name]
      while (performance.now() < until) {
        if ((await subject.leader([node])) === node.name) throw new Error(`${node.name} leads ${when}`)
        await delay(100)
      }
    },
    async readEverywhere(ms) {
      const until = performance.now() + ms
      while (performance.now() < until) {
        const readings = reachable().map(async (node) => {
          if (!(await door.reads(node).catch(() => false))) onUnread(node)
        })
        await Promise.all(readings)
        await delay(100)
      }
    },
  }
}
