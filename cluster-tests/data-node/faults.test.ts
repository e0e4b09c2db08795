import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Token } from '../../packages/repo/src/index.ts'
import { type Cluster, type ClusterNode, eventually } from '../harness/index.ts'
import { unmount } from '../harness/unmount.ts'
import { account, freshNumbers } from './account.ts'
import { ask, databaseProcessOf, openDataCluster, read, ready, run, state, work } from './driver.ts'
import type { History } from './workloads.ts'

let cluster: Cluster

beforeAll(async () => {
  cluster = await openDataCluster('faults', { consul: { durable: true } })
}, 120_000)
afterAll(() => cluster.close())

const patient = { deadlineMs: 40_000 }

/** Writes on the given nodes while something happens; the accounts are settled when it is over. */
async function under(load: ClusterNode[], happens: () => Promise<unknown>): Promise<History[]> {
  const options = { writers: 16, count: 60, ...patient }
  const working = load.map((node) => work(node, 'set', { ...options, first: freshNumbers() }))
  // Also when what happens fails, and nobody waits for them any more.
  for (const writers of working) writers.catch(() => {})
  await eventually('the writers are at it', async () => {
    const states = await Promise.all(load.map(state))
    return states.every(({ writes }) => writes.waiting > 0)
  })
  await happens()
  const histories = await Promise.all(working)
  await ready(cluster)
  await account(cluster, histories)
  return histories
}

function expectAllApplied(histories: History[]) {
  for (const { codes, applied } of histories)
    expect({ codes, applied: applied.length }).toEqual({ codes: {}, applied: 960 })
}

async function counted(nodes: ClusterNode[], what: 'parked' | 'retried' | 'found'): Promise<number> {
  const states = await Promise.all(nodes.map(state))
  return states.reduce((sum, { writes }) => sum + writes[what], 0)
}

describe('writers on replicas lose nothing and double nothing when', () => {
  it('the application of the primary is killed, and starts again', async () => {
    const primary = await cluster.primary()
    const replicas = await cluster.replicas()
    const before = await counted(replicas, 'retried')
    const { epoch } = await state(primary)
    const histories = await under(replicas, async () => {
      await primary.kill('app')
      await primary.restart('app')
    })
    expectAllApplied(histories)
    expect(await counted(replicas, 'retried')).toBeGreaterThan(before)
    expect((await state(primary)).epoch!.number).toBeGreaterThan(epoch!.number)
  }, 90_000)

  it('it is killed after a commit, before its answer', async () => {
    const primary = await cluster.primary()
    const replicas = await cluster.replicas()
    const before = await counted(replicas, 'found')
    const histories = await under(replicas, async () => {
      const { ended } = primary.part('app')
      await ask(primary, 'dieInPlaceOfAnswer', { method: 'repo.write' })
      expect(await ended).toBe('SIGKILL')
      await primary.restart('app')
    })
    expectAllApplied(histories)
    expect(await counted(replicas, 'found')).toBeGreaterThan(before)
  }, 90_000)

  it('LiteFS of the primary is killed, another takes over, and it comes back', async () => {
    const primary = await cluster.primary()
    const replicas = await cluster.replicas()
    const before = await counted(replicas, 'parked')
    await run(primary, { operation: 'accounts.open', input: { count: 10, balance: 100 } })
    const watching = Promise.all(replicas.map((node) => work(node, 'watch', { total: 1000, untilMs: 6000 })))
    const moving = work(replicas[0]!, 'bank', { writers: 8, count: 50, accounts: 10, ...patient })
    moving.catch(() => {})
    watching.catch(() => {})
    const histories = await under(replicas, async () => {
      await primary.kill('litefs')
      await anotherLeads(replicas)
      await restartLitefs(primary)
    })
    expectAllApplied(histories)
    expect(await counted(replicas, 'parked')).toBeGreaterThan(before)
    expect((await cluster.primary()).name).not.toBe(primary.name)
    // What came before the failover, during it and after it: the sum of the accounts never changes.
    expect((await moving).unknown).toEqual([])
    for (const { looks, wrong } of await watching)
      expect({ wrong, hasLooked: looks > 50 }).toEqual({ wrong: [], hasLooked: true })
  }, 120_000)

  it('a whole replica is killed, and starts again', async () => {
    const [lost, other] = await cluster.replicas()
    const histories = await under([other!], async () => {
      await lost!.kill()
      await lost!.restart()
    })
    expectAllApplied(histories)
  }, 90_000)

  it('the process that holds the primary’s database is killed', async () => {
    const primary = await cluster.primary()
    const replicas = await cluster.replicas()
    const histories = await under([primary, ...replicas], async () => {
      process.kill(databaseProcessOf(primary), 'SIGKILL')
    })
    expectAllApplied(histories)
  }, 90_000)
})

describe('a failover that loses what only one node had', () => {
  it('is told to whoever holds a token of it, on every node, also on the one that comes back', async () => {
    const primary = await cluster.primary()
    const replicas = await cluster.replicas()
    const counter = 'lost'
    const kept = await work(replicas[0]!, 'step', { counter, write: true })
    await cluster.partition(primary, replicas)
    const gone = await work(primary, 'step', { counter, write: true, durability: 'local' })
    expect(gone.written).toBe(2)
    await primary.kill()
    // Their kernels would still deliver what the dead one had sent: their connections have to end first.
    for (const node of replicas) await node.kill('litefs')
    await cluster.heal()
    await Promise.all(replicas.map(restartLitefs))
    await anotherLeads(replicas)
    for (const node of replicas) {
      await expect(work(node, 'step', { counter, write: false, ...tokenOf(gone) })).rejects.toMatchObject({
        code: 'lost',
      })
      expect(await work(node, 'step', { counter, write: false, ...tokenOf(kept) })).toMatchObject({ read: 1 })
    }
    await unmount(primary.mount)
    await primary.restart()
    await ready(cluster)
    await expect(work(primary, 'step', { counter, write: false, ...tokenOf(gone) })).rejects.toMatchObject({
      code: 'lost',
    })
    expect(await work(primary, 'step', { counter, write: false, ...tokenOf(kept) })).toMatchObject({ read: 1 })
  }, 120_000)

  const tokenOf = ({ token }: { token: Token | undefined }) => ({ token: token! })
})

describe('without a primary', () => {
  it('nobody takes a missing .primary for being it: writes wait, then say that nothing happened, and reads go on', async () => {
    const primary = await cluster.primary()
    const [one, other] = await cluster.replicas()
    await primary.kill('litefs')
    // The file is gone and no successor is elected yet: what others take for being the primary.
    await eventually('no role is known', async () => (await state(one!)).role.kind === 'unknown')
    expect(existsSync(join(one!.mount, '.primary'))).toBe(false)
    const write = run(one!, {
      operation: 'numbers.add',
      input: { n: -1, node: 'nobody' },
      options: { deadlineMs: 300 },
    })
    await expect(write).rejects.toMatchObject({ code: 'no_primary', applied: 'no' })
    for (const node of [one!, other!]) {
      const { rows } = await read<{ count: number }>(node, {
        sql: 'select count(*) as count from numbers',
        parameters: [],
      })
      expect(rows[0]!.count).toBeGreaterThan(0)
    }
    await restartLitefs(primary)
    await ready(cluster)
    const { rows } = await read(one!, { sql: 'select n from numbers where n = -1', parameters: [] })
    expect(rows).toEqual([])
  }, 90_000)

  it('and without Consul, running nodes and one that starts serve reads, and writes go on when it is back', async () => {
    const [restarted, other] = await cluster.replicas()
    await cluster.consul.stop()
    await restarted!.restart('app')
    for (const node of [restarted!, other!]) {
      await eventually(`${node.name} answers reads`, () => read(node, { sql: 'select 1 as one', parameters: [] }))
    }
    const early = run(other!, {
      operation: 'numbers.add',
      input: { n: freshNumbers(), node: 'early' },
      options: patient,
    })
    await cluster.consul.start()
    await early
    await ready(cluster)
  }, 90_000)
})

async function anotherLeads(replicas: ClusterNode[]) {
  await eventually(
    'another leads',
    async () => (await Promise.all(replicas.map(state))).some(({ leadership }) => leadership === 'leading'),
    { timeoutMs: 30_000 },
  )
}

/** What a dead LiteFS leaves mounted is taken away first, as its supervisor would. */
async function restartLitefs(node: ClusterNode) {
  await unmount(node.mount)
  await node.restart('litefs')
}
