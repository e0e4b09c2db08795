import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { askGuard } from '../../packages/supervisor/src/guard/index.ts'
import { type Cluster, type ClusterNode, eventually } from '../harness/index.ts'
import { atollOn, everywhere, guardSocketOf, openStarted, react, statusOf, writePost } from './started.ts'

const status = (node: ClusterNode) => askGuard(guardSocketOf(node), 'status')

describe('a cluster whose members are gone', () => {
  let cluster: Cluster
  let lost: ClusterNode
  let chosen: ClusterNode
  let hasFailed = false

  beforeAll(async () => {
    cluster = await openStarted('accept-loss')
    for (const node of cluster.nodes) writePost(node, 'hello')
    await Promise.all(cluster.nodes.map((node) => node.start()))
    await everywhere(cluster, '/posts/hello')
    lost = await cluster.primary()
    await setIs(lost, cluster.nodes.length)
  }, 90_000)
  beforeEach(({ onTestFailed }) =>
    onTestFailed(() => {
      hasFailed = true
    }),
  )
  afterAll(() => cluster?.close({ keepLogs: hasFailed }))

  it('is read, and led by nobody', async () => {
    const others = cluster.nodes.filter((node) => node !== lost)
    for (const node of others) await node.kill()
    await setIs(lost, 1)
    // Nobody else has this one.
    expect(await react(lost, 'hello', '🎉')).toBe(303)
    await lost.kill()

    chosen = others[0]!
    await chosen.start()
    await eventually('it is read', async () => (await statusOf(chosen, '/posts/hello')) === 200, { timeoutMs: 40_000 })
    expect((await status(chosen)).litefs.isPrimary).toBe(false)
  }, 90_000)

  it('goes on when a person has read what may be lost, and said so with the code of that very situation', async () => {
    expect((await atollOn(chosen, 'promote')).out).toContain('say --accept-loss')
    const asked = await eventually('the lease is free', async () => {
      const answer = await atollOn(chosen, 'promote', '--accept-loss')
      return answer.out.includes('members with every acknowledged write') && answer
    })
    expect(asked.out).toContain(`members with every acknowledged write: ${lost.name}; of them answer: none`)
    expect(asked.out).toContain('Nothing was changed')
    expect(asked.code).toBe(1)
    const confirmation = /--confirm ([0-9a-f]{8})/.exec(asked.out)![1]!

    const wrong = await atollOn(chosen, 'promote', '--accept-loss', '--confirm', '00000000')
    expect([wrong.code, wrong.out]).toEqual([1, expect.stringContaining('confirms something else')])
    expect((await status(chosen)).holder).not.toBe(chosen.name)
    expect((await status(chosen)).litefs.isPrimary).toBe(false)

    const right = await atollOn(chosen, 'promote', '--accept-loss', '--confirm', confirmation)
    expect([right.code, right.out]).toEqual([0, expect.stringContaining('may become primary now')])
    expect(await cluster.primary()).toBe(chosen)
    await eventually('it takes writes', async () => (await react(chosen, 'hello', '👍')) === 303)
    // The guard looks at the lease twice a second; until then the confirmation is of another situation.
    await eventually('it is refused to a leader', async () => {
      const again = await atollOn(chosen, 'promote', '--accept-loss', '--confirm', confirmation)
      expect(again.code).toBe(1)
      return again.out.includes('holds the lease')
    })
  }, 90_000)

  it('keeps what the lost primary had when it comes back, and shows it by table and row', async () => {
    await lost.start()
    await eventually('it follows, with everything', async () => (await status(chosen)).members.includes(lost.name), {
      timeoutMs: 40_000,
    })
    const { code, out } = await atollOn(lost, 'salvage')
    expect(code).toBe(0)
    expect(out).toContain(`when ${chosen.name} had overtaken it`)
    expect(out).toMatch(/^reactions\n {2}missing {2}\{"post":"hello","kind":"🎉"/m)
    expect(out).not.toContain('"kind":"👍"')
    const rows = (await atollOn(lost, 'salvage', '--json')).out.trim().split('\n')
    expect(rows.map((row) => JSON.parse(row) as { table: string }).map(({ table }) => table)).toContain('reactions')
    expect((await atollOn(chosen, 'salvage')).out).toContain('this node was never overtaken')
  }, 90_000)

  async function setIs(node: ClusterNode, count: number) {
    await eventually(`${count} are in sync`, async () => (await status(node)).members.length === count, {
      timeoutMs: 40_000,
    })
  }
})
