import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { askGuard } from '../../packages/supervisor/src/guard/index.ts'
import { account, freshNumbers } from '../data-node/account.ts'
import { databaseProcessOf, dataNode, openDataCluster, read, ready, run, state, work } from '../data-node/driver.ts'
import { databaseName } from '../data-node/settings.ts'
import { type Cluster, type ClusterNode, eventually } from '../harness/index.ts'
import { guard, guardedLitefs, guardSocket, guardStatus } from './guarded-node.ts'
import { everybodyInSync } from './wellness.ts'

const parts = [
  // The data node takes calls on the guard's usual port.
  guard((node) => ({
    database: databaseName,
    listen: { host: node.address, port: 4200 },
    address: `${node.urlHost}:4200`,
  })),
  guardedLitefs(),
  dataNode((node) => ({ guard: guardSocket(node) })),
]

let cluster: Cluster

beforeAll(async () => {
  cluster = await openDataCluster('data layer', { parts })
  await everybodyInSync(cluster)
}, 120_000)
afterAll(() => cluster.close())

async function underLoad(happens: () => Promise<unknown>) {
  const load = { writers: 8, count: 60, deadlineMs: 40_000 }
  const working = cluster.nodes.map((node) => work(node, 'set', { ...load, first: freshNumbers() }))
  for (const writers of working) writers.catch(() => {})
  await eventually('the writers are at it', async () => {
    const states = await Promise.all(cluster.nodes.map(state))
    return states.some(({ writes }) => writes.waiting > 0)
  })
  await happens()
  const histories = await Promise.all(working)
  await ready(cluster)
  await account(cluster, histories)
  return histories
}

/** Names of the threads of its database process. */
function threadsOf(node: ClusterNode): string[] {
  const tasks = `/proc/${databaseProcessOf(node)}/task`
  return readdirSync(tasks).map((id) => readFileSync(`${tasks}/${id}/comm`, 'utf8').trim())
}

describe('the data layer on a guarded cluster', () => {
  it('has the next primary start its writer before a handover, and none on a node that only follows', async () => {
    const primary = await cluster.primary()
    const [target, bystander] = await cluster.replicas()
    expect(threadsOf(target!)).not.toContain('repo writer')
    // So that the handover gets no further: nobody says that no write is running.
    primary.part('app').send('SIGSTOP')
    const handover = askGuard(guardSocket(primary), 'handover', { to: target!.name })
    await expect(handover).rejects.toMatchObject({ code: 'handover_abandoned' })
    primary.part('app').send('SIGCONT')
    expect(threadsOf(target!)).toContain('repo writer')
    expect(threadsOf(bystander!)).not.toContain('repo writer')
    expect((await cluster.primary()).name).toBe(primary.name)
    await ready(cluster)
  }, 60_000)

  it('fails no write through handovers, whichever node it comes from', async () => {
    const histories = await underLoad(async () => {
      for (let turn = 0; turn < 3; turn++) {
        const primary = await cluster.primary()
        await askGuard(guardSocket(primary), 'handover')
        await eventually('another leads', async () => (await guardStatus(primary)).holder !== primary.name)
      }
    })
    for (const { codes, applied } of histories)
      expect({ codes, applied: applied.length }).toEqual({ codes: {}, applied: 480 })
  }, 90_000)

  it('fails no write of another node when LiteFS on the primary is killed, and shows it to its token anywhere', async () => {
    const primary = await cluster.primary()
    const [writer, reader] = await cluster.replicas()
    await primary.kill('app')
    await primary.kill('litefs')
    const n = freshNumbers()
    const { token, copies } = await run(writer!, {
      operation: 'numbers.add',
      input: { n, node: 'test' },
      options: { deadlineMs: 20_000 },
    })
    expect(copies).toBe(2)
    const { rows } = await read<{ n: number }>(reader!, {
      sql: 'select n from numbers where n = ?',
      parameters: [n],
      token,
    })
    expect(rows).toEqual([{ n }])
    await primary.restart('litefs')
    await primary.restart('app')
    await everybodyInSync(cluster)
  }, 90_000)
})
