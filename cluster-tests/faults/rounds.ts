import { setTimeout as delay } from 'node:timers/promises'
import { guardedParts, writer } from '../guard/guarded-node.ts'
import { keysOf, type LoadEvent, writeThrough } from '../guard/load.ts'
import { everybodyInSync, mend } from '../guard/wellness.ts'
import { type Cluster, eventually, litefs, openCluster } from '../harness/index.ts'
import { checkHistory, type HistoryEvent, type Verdict } from './checker.ts'
import { type Fault, faults, type Situation } from './faults.ts'
import type { chooseBySeed } from './seeded.ts'

export interface RoundOptions {
  /** Names of faults; each strikes a moment after the one before. */
  struck: string[]
  choose: ReturnType<typeof chooseBySeed>
  isStock: boolean
  /** How long nobody may be able to write before the round goes on without. */
  patienceMs: number
}

export interface Round {
  struck: string[]
  gapMs: number
  verdict: Verdict
  events: HistoryEvent[]
}

export function openFaultCluster(isStock: boolean): Promise<Cluster> {
  const parts = isStock
    ? [litefs({ waitsForPrimary: false }), writer({ isGuarded: false })]
    : guardedParts(() => ({ leastFreeBytes: 1 }))
  return openCluster({ title: 'faults', parts })
}

/** Strikes a cluster that is well, under load, and looks at what was acknowledged once it is well again. */
export async function playRound(cluster: Cluster, options: RoundOptions): Promise<Round> {
  const { struck, choose, isStock, patienceMs } = options
  const events: HistoryEvent[] = []
  await isWell(cluster, isStock)
  const load = writeThrough(cluster.nodes, { readsBack: true, record: (event: LoadEvent) => void events.push(event) })
  try {
    await load.nextWrite()
    const from = performance.now()
    for (const [index, name] of struck.entries()) {
      if (index > 0) await delay(choose.between(0, 2000))
      await strike(cluster, name, options, events)
    }
    const hold = delay(struck.every((name) => faults[name]!.isMomentary) ? 0 : choose.between(3000, 8000))
    await load.nextWrite({ timeoutMs: patienceMs }).catch(() => {})
    await hold
    const gapMs = Math.round(load.longestGapMs(from))
    events.push({ at: performance.now(), kind: 'mended', fault: struck.join(' + '), nodes: [] })
    await (isStock ? mendStock(cluster) : mend(cluster))
    await isWell(cluster, isStock)
    await load.nextWrite()
    await load.stop()
    await recordEnd(cluster, events)
    return { struck, gapMs, verdict: checkHistory(events), events }
  } finally {
    await load.stop()
  }
}

async function strike(cluster: Cluster, name: string, { choose, isStock }: RoundOptions, events: HistoryEvent[]) {
  const alive = cluster.nodes.filter((node) => node.isReachable())
  const primary = await cluster.primary({ timeoutMs: 3000 }).catch(() => choose.oneOf(alive))
  const replicas = cluster.nodes.filter((node) => node !== primary)
  const situation: Situation = { cluster, primary, replicas, replica: choose.oneOf(replicas), isStock }
  const fault: Fault = faults[name]!
  events.push({
    at: performance.now(),
    kind: 'fault',
    fault: name,
    nodes: fault.nodes(situation).map((node) => node.name),
  })
  // A second fault may hit what the first one ended.
  await fault.strike(situation).catch(() => {})
}

async function isWell(cluster: Cluster, isStock: boolean) {
  if (!isStock) return everybodyInSync(cluster)
  await cluster.primary({ timeoutMs: 60_000 })
}

async function mendStock(cluster: Cluster) {
  await cluster.heal()
  for (const node of cluster.nodes) {
    if (!node.isReachable()) node.thaw()
    if (!node.part('litefs').isRunning() || !node.part('app').isRunning()) await node.restart()
  }
}

async function recordEnd(cluster: Cluster, events: HistoryEvent[]) {
  await cluster.caughtUp({ timeoutMs: 60_000 })
  for (const node of cluster.nodes) {
    const keys = await eventually(`${node.name} says what it has`, () => keysOf(node))
    events.push({ at: performance.now(), kind: 'final', node: node.name, keys })
  }
}
