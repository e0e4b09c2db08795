import { expect } from 'vitest'
import { type Cluster, eventually } from '../harness/index.ts'
import { read } from './driver.ts'
import type { History } from './workloads.ts'

/** Compares what writers were told with what every node holds: nothing lost, nothing twice, nothing that was refused. */
export async function account(cluster: Cluster, histories: History[]) {
  await cluster.caughtUp({ timeoutMs: 30_000 })
  const applied = histories.flatMap((history) => history.applied)
  const refused = new Set(histories.flatMap((history) => history.refused))
  for (const node of cluster.nodes) {
    // A reader finds out within half a second that LiteFS was started again under it.
    await eventually(`${node.name} holds what it should`, async () => {
      const { rows } = await read<{ n: number }>(node, { sql: 'select n from numbers', parameters: [] })
      const times = new Map<number, number>()
      for (const { n } of rows) times.set(n, (times.get(n) ?? 0) + 1)
      expect({
        lost: applied.filter((n) => !times.has(n)),
        twice: [...times].filter(([, count]) => count > 1).map(([n]) => n),
        refusedAndThere: [...times.keys()].filter((n) => refused.has(n)),
      }).toEqual({ lost: [], twice: [], refusedAndThere: [] })
      return true
    })
  }
}

let taken = 0

/** Numbers that no other writer uses. */
export function freshNumbers(): number {
  taken += 100_000
  return taken
}
