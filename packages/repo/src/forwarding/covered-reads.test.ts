import { describe, expect, it, vi } from 'vitest'
import type { Token } from '../index.ts'
import { add, cluster, elect, start as startCluster } from './testing/ledgers.ts'
import type { MemoryClusterOptions } from './testing/memory-cluster.ts'

async function start(options: Partial<MemoryClusterOptions> = {}) {
  await startCluster(options)
  await elect('a')
}

async function read(name: string, token: Token, withinMs = 5000): Promise<string[]> {
  const statements = [{ sql: 'select text from entries order by id', parameters: [] }]
  const answer = await cluster.node(name).node.read(statements, token, { withinMs })
  return (answer.results[0]!.rows as { text: string }[]).map(({ text }) => text)
}

/** A reader that waits for ever rather than ask the primary. */
const patient = { patienceMs: 10_000 }
const impatient = { patienceMs: 50 }

describe('a read with a token', () => {
  it('waits until this node has what the token names', async () => {
    await start(patient)
    await cluster.pause('b')
    const { token } = await add('c', 'one', { durability: 'local' })
    const reading = read('b', token)
    await vi.waitFor(() => expect(cluster.node('b').node.state.reads.waited).toBe(1))
    cluster.resume('b')
    expect(await reading).toEqual(['one'])
    expect(cluster.node('b').node.state.reads.elsewhere).toBe(0)
  })

  it('is answered by the primary when this node does not get there', async () => {
    await start(impatient)
    await cluster.pause('b')
    const { token } = await add('c', 'one', { durability: 'local' })
    expect(await read('b', token)).toEqual(['one'])
    expect(cluster.node('b').node.state.reads.elsewhere).toBe(1)
  })

  it('is answered by the next primary when the first one ends meanwhile', async () => {
    await start({ ...impatient, candidates: ['a', 'c'] })
    const { token } = await add('c', 'one')
    await cluster.pause('b')
    await add('c', 'two')
    cluster.depose()
    const reading = read('b', { ...token, commit: token.commit + 1 })
    await elect('c')
    expect(await reading).toEqual(['one', 'two'])
  })

  it('fails after its time when nobody can answer, and says so', async () => {
    await start(impatient)
    await cluster.pause('b')
    const { token } = await add('c', 'one', { durability: 'local' })
    cluster.depose()
    await expect(read('b', token, 200)).rejects.toMatchObject({ code: 'behind', applied: 'no' })
  })

  it('is told that its history was lost, on every node, at once', async () => {
    await start(patient)
    await cluster.pause('b')
    await cluster.pause('c')
    const { token } = await add('a', 'never replicated', { durability: 'local' })
    cluster.depose()
    cluster.resume('b')
    cluster.resume('c')
    await elect('b')
    await vi.waitFor(() => expect(cluster.node('a').host.announced?.epoch).toEqual(cluster.node('b').node.state.epoch))
    await vi.waitFor(() => expect(cluster.node('c').host.announced?.epoch).toEqual(cluster.node('b').node.state.epoch))
    for (const name of ['a', 'b', 'c']) {
      await expect(read(name, token)).rejects.toMatchObject({ code: 'lost' })
      expect(await cluster.node(name).node.waitFor(token)).toBe('lost')
    }
  })

  /** A token of the reign of `b`, in place of which `a`, without anybody else, has one of its own. */
  async function overtakeA(): Promise<Token> {
    await add('a', 'one')
    for (const name of ['b', 'c']) await cluster.pause(name)
    cluster.depose()
    await elect('a')
    await vi.waitFor(() => expect(cluster.node('a').host.announced?.epoch.number).toBe(2))
    cluster.depose()
    await cluster.pause('a')
    for (const name of ['b', 'c']) cluster.resume(name)
    await elect('b')
    const { token } = await add('b', 'two', { durability: 'local' })
    expect(token.epoch.number).toBe(2)
    return token
  }

  it('is not told so by a node that was overtaken, and has a reign of its own in place of the next', async () => {
    await start(impatient)
    const token = await overtakeA()
    expect(await read('a', token)).toEqual(['one', 'two'])
    expect(await cluster.node('a').node.waitFor(token)).toBe('behind')
  })

  it('is not told so by a node that takes itself for the primary while nothing proves its lease', async () => {
    await start(impatient)
    const token = await overtakeA()
    const { node, lease, replication } = cluster.node('a')
    lease({ kind: 'not-held' })
    replication.say({ kind: 'role', role: { kind: 'primary' } })
    await vi.waitFor(() => expect(node.state.leadership).toBe('leading'))
    await expect(read('a', token, 200)).rejects.toMatchObject({ code: 'behind' })
  })

  it('of an earlier reign is covered when the next one began after it', async () => {
    await start(patient)
    const { token } = await add('a', 'one')
    await elect('b')
    await add('a', 'two')
    expect(await cluster.node('c').node.waitFor(token)).toBe('covered')
  })

  it('is covered only once the caches above have heard of the commit', async () => {
    await start(patient)
    let hasHeard = false
    cluster.node('b').host.onCommit(() => {
      hasHeard = true
    })
    const { token } = await add('a', 'one')
    expect(await cluster.node('b').node.waitFor(token)).toBe('covered')
    expect(hasHeard).toBe(true)
  })

  it('is told to the caches to mean nothing any more when LiteFS put another history in place', async () => {
    await start()
    await add('a', 'one')
    const { host, replication } = cluster.node('b')
    await vi.waitFor(() => expect(host.announced?.commit).toBe(1))
    const dropped = vi.fn()
    host.onCommit(({ dropAll }) => dropAll && dropped())
    replication.say({ kind: 'reset' })
    await vi.waitFor(() => expect(dropped).toHaveBeenCalled())
  })

  it('says behind after a bounded wait', async () => {
    await start()
    const { token } = await add('a', 'one')
    const ahead = { ...token, commit: token.commit + 5 }
    expect(await cluster.node('b').node.waitFor(ahead, { waitMs: 30 })).toBe('behind')
  })
})
