import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Cluster } from '../harness/index.ts'
import { openDataCluster, read, run } from './driver.ts'

let cluster: Cluster

beforeAll(async () => {
  cluster = await openDataCluster('forwarding')
})
afterAll(() => cluster.close())

describe('a write on a replica', () => {
  it('is on every node once it is acknowledged', async () => {
    const [replica] = await cluster.replicas()
    const { token, copies } = await run(replica!, { operation: 'numbers.add', input: { n: 1, node: 'test' } })
    expect(copies).toBe(3)
    for (const node of cluster.nodes) {
      expect(await read(node, { sql: 'select n from numbers', parameters: [], token })).toMatchObject({
        rows: [{ n: 1 }],
      })
    }
  })
})
