import { openCluster } from '../../cluster-tests/harness/index.ts'
import { stockWrites } from './stock.ts'

/** Writes a second: stock LiteFS, group commit by hand, and the data layer, with the same replicas in the same run. */
export async function measure(): Promise<void> {
  const cluster = await openCluster({ title: 'bench writes' })
  try {
    const replicas = (await cluster.replicas()).map(({ mount }) => mount)
    const base = await stockWrites(cluster, {})
    const report = (what: string, perSecond: number) =>
      console.log(
        `${what.padEnd(64)}${Math.round(perSecond).toString().padStart(8)}/s ${(perSecond / base).toFixed(1)} ×`,
      )

    report('stock LiteFS, one-row autocommit inserts, 1 writer', base)
    report('stock LiteFS, one-row autocommit inserts, 64 writers', await stockWrites(cluster, { writers: 64 }))
    for (const size of [64, 512]) {
      report(
        `group commit by hand on the primary, ${size} a transaction`,
        await stockWrites(cluster, { kind: 'grouped', size }),
      )
      report(
        `the same, waiting for both replicas`,
        await stockWrites(cluster, { kind: 'grouped', size, awaited: replicas }),
      )
    }
  } finally {
    await cluster.close()
  }
}
