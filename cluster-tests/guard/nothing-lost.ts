import { expect } from 'vitest'
import { type Cluster, eventually } from '../harness/index.ts'
import { keysOf, type Load } from './load.ts'

/** Every acknowledged write is on every node that can be asked, once. */
export async function expectNothingLost(cluster: Cluster, load: Load, nodes = cluster.nodes): Promise<void> {
  await cluster.caughtUp({ timeoutMs: 30_000 })
  for (const node of nodes.filter((candidate) => candidate.isReachable())) {
    const keys = await eventually(`${node.name} says what it has`, () => keysOf(node))
    const there = new Set(keys)
    expect(
      [...load.acknowledged.keys()].filter((key) => !there.has(key)),
      `lost on ${node.name}`,
    ).toEqual([])
    expect(keys.length - there.size, `duplicated on ${node.name}`).toBe(0)
  }
}
