import { afterEach, describe, expect, it, vi } from 'vitest'
import { schema } from '../forwarding/testing/ledger-schema.ts'
import {
  type MemoryCluster,
  type MemoryClusterOptions,
  startMemoryCluster,
} from '../forwarding/testing/memory-cluster.ts'
import { createKey, openFixedInSyncSet, type WriteBody } from '../index.ts'
import { createAcknowledge } from './acknowledge.ts'

let cluster: MemoryCluster

afterEach(() => cluster.close())

async function start(options: Partial<MemoryClusterOptions> = {}) {
  cluster = await startMemoryCluster({ schema, withinMs: 10_000, ...options })
  await elect('a')
}

async function elect(name: string) {
  await cluster.elect(name)
  await vi.waitFor(() => expect(cluster.node(name).node.state.leadership).toBe('leading'), { timeout: 10_000 })
}

function add(name: string, text: string, context: object = {}) {
  const body: WriteBody = { kind: 'operation', name: 'entries.add', version: 1, input: { text } }
  return cluster.node(name).node.write(body, context)
}

async function countOn(name: string): Promise<number> {
  const answer = await cluster
    .node(name)
    .host.read({ statements: [{ sql: 'select text from entries', parameters: [] }] })
  if (answer.kind !== 'rows') throw new Error(`it answered ${answer.kind}`)
  return answer.results[0]!.rows.length
}

const soon = (deadlineMs: number) => ({ deadline: Date.now() + deadlineMs })

describe('replicated', () => {
  it('is acknowledged once every candidate has it', async () => {
    await start()
    await cluster.pause('c')
    let isAcknowledged = false
    const writing = add('a', 'one').finally(() => (isAcknowledged = true))
    await vi.waitFor(async () => expect(await countOn('b')).toBe(1))
    expect(isAcknowledged).toBe(false)
    cluster.resume('c')
    expect(await writing).toMatchObject({ copies: 3 })
  })

  it('does not wait for a node that cannot become primary', async () => {
    await start({ candidates: ['a', 'b'] })
    await cluster.pause('c')
    expect(await add('a', 'one')).toMatchObject({ copies: 2 })
  })

  it('is of unknown outcome while a candidate is silent', async () => {
    await start()
    await cluster.pause('c')
    await expect(add('b', 'one', soon(100))).rejects.toMatchObject({ code: 'unanswered', applied: 'unknown' })
    expect(await countOn('a')).toBe(1)
  })

  it('makes an answer from a stored key wait like a fresh write', async () => {
    await start()
    await cluster.pause('c')
    const key = createKey()
    await expect(add('a', 'one', { key, ...soon(100) })).rejects.toMatchObject({ applied: 'unknown' })
    await expect(add('b', 'one', { key, ...soon(100) })).rejects.toMatchObject({ applied: 'unknown' })
    cluster.resume('c')
    expect(await add('b', 'one', { key })).toMatchObject({ value: 1, found: true, copies: 3 })
    expect(await countOn('a')).toBe(1)
  })

  it('is never acknowledged by a primary that was deposed, and happens once under the next', async () => {
    await start()
    await cluster.pause('b')
    await cluster.pause('c')
    const writing = add('a', 'one')
    await vi.waitFor(async () => expect(await countOn('a')).toBe(1))
    cluster.depose()
    cluster.resume('b')
    cluster.resume('c')
    await elect('b')
    // The first copy is lost with its history; the second one is the write.
    expect(await writing).toMatchObject({ value: 1, found: false })
    await vi.waitFor(async () => expect([await countOn('a'), await countOn('b')]).toEqual([1, 1]))
    expect((await writing).token.epoch).toEqual(cluster.node('b').node.state.epoch)
  })
})

describe('a fixed set', () => {
  it('is refused when it can never have as many members as are asked for', async () => {
    await start()
    const seam = {
      name: 'a',
      replication: cluster.node('a').replication,
      locate: () => undefined,
      call: async () => {},
      handle: () => () => {},
    }
    const open = () => openFixedInSyncSet({ candidates: ['a', 'b'], minInSync: 3, cluster: seam })
    expect(open).toThrow(expect.objectContaining({ code: 'bad_input' }))
  })

  it('forgets with a reign what was told in it', async () => {
    await start()
    await add('a', 'one')
    const reported = () => cluster.node('a').node.state.inSync.filter(({ position }) => position)
    expect(reported()).toHaveLength(2)
    await cluster.pause('b')
    await cluster.pause('c')
    cluster.depose()
    await vi.waitFor(() => expect(reported()).toEqual([]))
  })

  it('says how far each member is', async () => {
    await start()
    await add('a', 'one')
    const { inSync } = cluster.node('a').node.state
    expect(inSync).toMatchObject([
      { name: 'b', position: { txid: 2n } },
      { name: 'c', position: { txid: 2n } },
    ])
  })
})

describe('the end of a reign', () => {
  it('comes before an acknowledgement whose last copy is told in the same moment', async () => {
    await start()
    const position = { txid: 7n, checksum: 'c'.repeat(16) }
    const reign = new AbortController()
    const inSyncSet = {
      async whenCovered() {
        reign.abort(new Error('the reign ended'))
        return { copies: 3 }
      },
    }
    const lease = { state: { kind: 'held', term: '1' } as const, onChange: () => () => {} }
    const acknowledge = createAcknowledge({ inSyncSet, lease })
    const epoch = { number: 1, id: 'a' }
    const acknowledging = acknowledge(
      { token: { epoch, commit: 1 }, position },
      { durability: 'replicated', reign: { epoch, signal: reign.signal }, signal: new AbortController().signal },
    )
    await expect(acknowledging).rejects.toThrow('the reign ended')
  })
})

describe('local', () => {
  it('is acknowledged without any other node', async () => {
    await start()
    await cluster.pause('b')
    await cluster.pause('c')
    expect(await add('a', 'one', { durability: 'local' })).toMatchObject({ copies: 1 })
  })

  it('is acknowledged only while the lease is proven', async () => {
    await start()
    cluster.node('a').lease({ kind: 'not-held' })
    const writing = add('a', 'one', { durability: 'local' })
    await vi.waitFor(async () => expect(await countOn('a')).toBe(1))
    await expect(add('b', 'two', { durability: 'local', ...soon(100) })).rejects.toMatchObject({ applied: 'unknown' })
    cluster.node('a').lease({ kind: 'held', term: '1' })
    expect(await writing).toMatchObject({ copies: 1 })
  })

  it('is not acknowledged when another held the lease in between', async () => {
    await start()
    cluster.node('a').lease({ kind: 'not-held' })
    const key = createKey()
    const writing = add('a', 'one', { key, durability: 'local' })
    await vi.waitFor(async () => expect(await countOn('a')).toBe(1))
    const former = cluster.node('a').node.state.epoch!
    cluster.node('a').lease({ kind: 'held', term: '2' })
    // The answer comes from the next reign, which found the key.
    const { token, found } = await writing
    expect({ found, number: token.epoch.number }).toEqual({ found: true, number: former.number + 1 })
  })
})
