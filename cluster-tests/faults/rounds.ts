import { type Cluster, type ClusterNode, eventually, litefsPositions } from '../harness/index.ts'
import { checkHistory, type HistoryEvent, type Verdict } from './checker.ts'
import { startClients } from './clients.ts'
import { type Choose, openScene } from './scene.ts'
import type { Sequence } from './sequences.ts'
import type { Subject } from './subject.ts'

export interface RoundOptions {
  subject: Subject
  name: string
  row: Sequence
  choose: Choose
  /** Takes each gap when it is measured, so that it is known whatever happens later. */
  onGap?: (ms: number) => void
  isShort?: boolean
  /** Of Consul, in the row that has one. Default 15 s. */
  outageMs?: number
}

export interface Round {
  name: string
  /** How long nobody could write, at each step. */
  gapsMs: number[]
  verdict: Verdict
  events: HistoryEvent[]
}

/** LiteFS alone takes two and a half minutes to leave a host that vanished. */
const patienceMs = { atoll: 25_000, stock: 200_000 }

/** Lets something happen to a cluster that is well, under load, and looks at every write once it is well again. */
export async function playRound(cluster: Cluster, options: RoundOptions): Promise<Round> {
  const { subject, name, row, choose, onGap = () => {}, isShort = false, outageMs = 15_000 } = options
  const events: HistoryEvent[] = []
  const record = (event: HistoryEvent) => void events.push(event)
  const gapsMs: number[] = []
  await subject.isWell(cluster, row.nodes?.atFirst)
  const door = await subject.door(cluster)
  const clients = startClients(cluster.nodes, { door, record })
  try {
    await clients.nextWrite()
    const scene = await openScene({
      ...{ subject, cluster, clients, door, choose, isShort, outageMs },
      patienceMs: patienceMs[subject.name],
      onGap(ms) {
        gapsMs.push(ms)
        onGap(ms)
      },
      onUnread: (node) => record({ at: performance.now(), kind: 'unread', key: '', node: node.name }),
    })
    const { primary, replica } = scene
    record({ at: performance.now(), kind: 'happens', what: name, primary: primary.name, replica: replica.name })
    await row.play(scene)
    record({ at: performance.now(), kind: 'over', what: name })
    if (!row.nodes) await subject.mend(cluster)
    await subject.isWell(cluster, row.nodes?.atFirst)
    await clients.nextWrite()
    await clients.stop()
    await recordEnd(cluster, subject, events)
    return { name, gapsMs, verdict: checkHistory(events), events }
  } finally {
    await clients.stop()
  }
}

/** What clients gave up may still be carried out: nodes are compared once all of them stand still at one place. */
async function recordEnd(cluster: Cluster, subject: Subject, events: HistoryEvent[]) {
  const nodes = subject.running(cluster)
  const keys = [...new Set(events.flatMap((event) => ('key' in event ? [event.key] : [])))]
  const readAll = async () => {
    const before = await positionOfAll(nodes)
    const present = await Promise.all(nodes.map((node) => subject.keysOn(node, keys)))
    if ((await positionOfAll(nodes)) !== before) throw new Error('something was still written')
    return present
  }
  const present = await eventually('every node has the same', readAll, { timeoutMs: 60_000, everyMs: 100 })
  for (const [index, node] of nodes.entries()) {
    events.push({ at: performance.now(), kind: 'final', node: node.name, keys: present[index]! })
  }
}

async function positionOfAll(nodes: ClusterNode[]): Promise<string> {
  const positions = (await Promise.all(nodes.map(litefsPositions))).map((position) => JSON.stringify(position))
  if (new Set(positions).size > 1) throw new Error(positions.join())
  return positions[0]!
}
