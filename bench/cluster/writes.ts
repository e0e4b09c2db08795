import { openDataCluster, work } from '../../cluster-tests/data-node/driver.ts'
import type { Cluster } from '../../cluster-tests/harness/index.ts'
import { stockWrites } from './stock.ts'

/** Writes a second: stock LiteFS, group commit by hand, and the data layer, with the same replicas in the same run. */
export async function measure(): Promise<void> {
  const cluster = await openDataCluster('bench writes')
  try {
    const awaited = (await cluster.replicas()).map(({ mount }) => mount)
    const base = await stockWrites(cluster, {})
    const report = (what: string, perSecond: number) =>
      console.log(
        `${what.padEnd(68)}${perSecond.toFixed(0).padStart(8)}/s ${(perSecond / base).toFixed(1).padStart(7)} ×`,
      )

    report('stock LiteFS: one-row autocommit inserts, 1 writer', base)
    report('stock LiteFS: one-row autocommit inserts, 64 writers', await stockWrites(cluster, { writers: 64 }))
    for (const size of [64, 512]) {
      report(`by hand on the primary: ${size} a transaction`, await stockWrites(cluster, { kind: 'grouped', size }))
      const waiting = await stockWrites(cluster, { kind: 'grouped', size, awaited })
      report(`by hand on the primary: ${size} a transaction, both replicas awaited`, waiting)
    }
    for (const durability of ['local', 'replicated'] as const) {
      for (const writers of [64, 512]) {
        report(
          `forwarded: ${writers} writers on replicas, ${durability}`,
          await forwarded(cluster, writers, durability),
        )
      }
    }
  } finally {
    await cluster.close()
  }
}

/** Half of the writers on each replica; a first round is not counted, so that every program is warm. */
async function forwarded(cluster: Cluster, writers: number, durability: 'replicated' | 'local'): Promise<number> {
  const replicas = await cluster.replicas()
  const round = async (count: number) => {
    const startedAt = performance.now()
    const histories = await Promise.all(
      replicas.map((node) =>
        work(node, 'set', { writers: writers / replicas.length, count, deadlineMs: 20_000, durability, first: 0 }),
      ),
    )
    const applied = histories.reduce((sum, history) => sum + history.applied.length, 0)
    if (applied !== writers * count) throw new Error(`only ${applied} of ${writers * count} writes were acknowledged`)
    return (applied / (performance.now() - startedAt)) * 1000
  }
  const perWriter = Math.ceil(15_000 / writers)
  await round(Math.ceil(perWriter / 4))
  return round(perWriter)
}
