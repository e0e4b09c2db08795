import { afterEach, describe, expect, it, vi } from 'vitest'
import { createKey, hashOf, type TakenWrite, type WriteBody } from '../index.ts'
import { schema } from './testing/ledger-schema.ts'
import { type MemoryCluster, type MemoryClusterOptions, startMemoryCluster } from './testing/memory-cluster.ts'
import { schema as nextSchema } from './testing/next-ledger-schema.ts'
import { type Outcome, type SentWrite, writeMethod } from './wire.ts'

let cluster: MemoryCluster

afterEach(() => cluster.close())

async function start(options: Partial<MemoryClusterOptions> = {}) {
  cluster = await startMemoryCluster({ schema, withinMs: 10_000, ...options })
}

function entry(text: string): WriteBody {
  return { kind: 'operation', name: 'entries.add', version: 1, input: { text } }
}

function add(
  name: string,
  text: string,
  context: Parameters<MemoryCluster['node']>[0] extends string ? object : never = {},
) {
  return cluster.node(name).node.write(entry(text), context)
}

const soon = (deadlineMs: number) => ({ deadline: Date.now() + deadlineMs })

async function textsOn(name: string): Promise<string[]> {
  const answer = await cluster
    .node(name)
    .host.read({ statements: [{ sql: 'select text from entries', parameters: [] }] })
  if (answer.kind !== 'rows') throw new Error(`it answered ${answer.kind}`)
  return (answer.results[0]!.rows as { text: string }[]).map(({ text }) => text)
}

async function leads(name: string) {
  await vi.waitFor(() => expect(cluster.node(name).node.state.leadership).toBe('leading'), { timeout: 10_000 })
}

async function elect(name: string) {
  await cluster.elect(name)
  await leads(name)
}

describe('a write', () => {
  it('runs on the primary, wherever it is made', async () => {
    await start()
    await elect('a')
    expect(await add('a', 'one')).toMatchObject({ value: 1, copies: 3, found: false })
    expect(await add('b', 'two')).toMatchObject({ value: 2, copies: 3, token: { commit: 2 } })
    expect(await textsOn('a')).toEqual(['one', 'two'])
  })

  it('waits while there is no primary', async () => {
    await start()
    const early = add('b', 'early')
    await vi.waitFor(() => expect(cluster.node('b').node.state.writes.parked).toBeGreaterThan(0))
    await elect('a')
    expect(await early).toMatchObject({ value: 1 })
  })

  it('tells how long it waited for a primary', async () => {
    await start()
    const early = add('b', 'early')
    await vi.waitFor(() => expect(cluster.node('b').node.state.writes.parked).toBeGreaterThan(0))
    const parkedAt = performance.now()
    await elect('a')
    const electedAt = performance.now()
    expect((await early).timing!.queue).toBeGreaterThanOrEqual(electedAt - parkedAt - 1)
  })

  it('tells how long it waited for its copies, and how long it was on its way', async () => {
    await start()
    await elect('a')
    await cluster.pause('c')
    const startedAt = performance.now()
    const writing = add('b', 'one')
    await vi.waitFor(async () => expect(await textsOn('a')).toEqual(['one']))
    const committedAt = performance.now()
    cluster.resume('c')
    const resumedAt = performance.now()
    const { queue, network, commit, replicated } = (await writing).timing!
    expect(replicated).toBeGreaterThanOrEqual(resumedAt - committedAt)
    for (const part of [queue, network, commit]) expect(part).toBeGreaterThan(0)
    expect(queue + network + commit + replicated).toBeLessThanOrEqual(performance.now() - startedAt)
  })

  it('is known on the primary by the request that it belongs to', async () => {
    const taken: TakenWrite[] = []
    await start({ onTaken: (one) => taken.push(one) })
    await elect('a')
    const origin = { request: 'request-1', traceparent: '00-0123456789abcdef0123456789abcdef-0123456789abcdef-01' }
    await add('b', 'one', { origin })
    await add('a', 'two', { origin: { request: 'request-2' } })
    await expect(add('b', 'fail', { origin })).rejects.toMatchObject({ code: 'failed' })
    await add('b', 'three')
    expect(taken).toMatchObject([
      { name: 'entries.add', from: 'b', origin, outcome: 'done', timing: { network: 0 } },
      { name: 'entries.add', from: 'a', origin: { request: 'request-2' }, outcome: 'done' },
      { name: 'entries.add', from: 'b', origin, outcome: 'failed', code: 'failed' },
    ])
  })

  it('has surely not happened when no primary came in its time', async () => {
    await start()
    await expect(add('b', 'late', soon(50))).rejects.toMatchObject({ code: 'no_primary', applied: 'no' })
  })

  it('is refused at once when too many wait', async () => {
    await start({ limits: { writes: 2, bytes: 1_000_000 } })
    const waiting = [add('b', 'one'), add('b', 'two')]
    await expect(add('b', 'three')).rejects.toMatchObject({ code: 'overloaded', applied: 'no' })
    await elect('a')
    await Promise.all(waiting)
    expect(await add('b', 'four')).toMatchObject({ value: 3 })
  })

  it('is refused at once when those that wait hold too much', async () => {
    await start({ limits: { writes: 100, bytes: 10_000 } })
    const waiting = add('b', 'x'.repeat(4000))
    await expect(add('b', 'x'.repeat(4000))).rejects.toMatchObject({ code: 'overloaded', applied: 'no' })
    await elect('a')
    await waiting
  })

  it('is sent again with its key when the answer was lost, and happens once', async () => {
    await start()
    await elect('a')
    let lost = 0
    cluster.calls.onCall(({ method }) => (method === writeMethod && lost++ < 2 ? 'lose_answer' : 'deliver'))
    expect(await add('b', 'once')).toMatchObject({ value: 1, found: true })
    expect(cluster.node('b').node.state.writes).toMatchObject({ retried: 2, found: 1 })
    expect(await textsOn('a')).toEqual(['once'])
  })

  it('is sent again to whoever is primary by then', async () => {
    await start()
    await elect('a')
    cluster.calls.onCall(({ method, to }) => (method === writeMethod && to === 'a' ? 'lose_answer' : 'deliver'))
    const writing = add('b', 'once')
    await vi.waitFor(() => expect(cluster.node('b').node.state.writes.retried).toBeGreaterThan(0))
    await vi.waitFor(async () => expect(await textsOn('c')).toEqual(['once']))
    await elect('c')
    expect(await writing).toMatchObject({ value: 1, found: true, token: { commit: 1 } })
    expect(await textsOn('c')).toEqual(['once'])
  })

  it('may have happened when every answer was lost', async () => {
    await start()
    await elect('a')
    cluster.calls.onCall(({ method }) => (method === writeMethod ? 'hang' : 'deliver'))
    await expect(add('b', 'lost', soon(100))).rejects.toMatchObject({ code: 'unanswered', applied: 'unknown' })
  })

  it('may have happened when a later copy is refused for good, but an earlier one ran', async () => {
    await start()
    await elect('a')
    await cluster.pause('c')
    cluster.calls.onCall(({ method, from, to }) => {
      if (method !== writeMethod || from !== 'b') return 'deliver'
      return to === 'a' ? 'lose_answer' : 'refuse'
    })
    const key = createKey()
    const writing = add('b', 'one', { key, durability: 'local' })
    writing.catch(() => {})
    await vi.waitFor(() => expect(cluster.node('b').node.state.writes.retried).toBeGreaterThan(0))
    cluster.depose()
    cluster.resume('c')
    await elect('c')
    await add('c', 'two', { key, durability: 'local' })
    cluster.calls.onCall(() => 'deliver')
    await expect(writing).rejects.toMatchObject({ code: 'unanswered', applied: 'unknown' })
  })

  it('has surely not happened when nothing could be sent', async () => {
    await start()
    await elect('a')
    cluster.calls.onCall(({ method }) => (method === writeMethod ? 'refuse' : 'deliver'))
    await expect(add('b', 'unsent', soon(100))).rejects.toMatchObject({ code: 'no_primary', applied: 'no' })
    expect(await textsOn('a')).toEqual([])
  })

  it('fails on the replica as it failed on the primary, also when it is sent again', async () => {
    await start()
    await elect('a')
    const key = createKey()
    for (const name of ['b', 'c', 'a']) {
      await expect(add(name, 'fail', { key })).rejects.toMatchObject({
        code: 'failed',
        applied: 'no',
        message: /it failed/,
        committed: { token: { commit: 1 } },
      })
    }
  })

  it('is another write under the same key, which is an error', async () => {
    await start()
    await elect('a')
    const key = createKey()
    await add('b', 'one', { key })
    await expect(add('c', 'two', { key })).rejects.toMatchObject({ code: 'key_reused', applied: 'no' })
  })

  it('travels with the others of its turn in one call', async () => {
    await start()
    await elect('a')
    await Promise.all(Array.from({ length: 100 }, (_, n) => add('b', `${n}`)))
    expect(cluster.calls.log.filter(({ method }) => method === writeMethod)).toHaveLength(1)
    expect(await textsOn('a')).toHaveLength(100)
  })

  it('does not wait for the answers to those before it', async () => {
    await start()
    await elect('a')
    const calls = () => cluster.calls.log.filter(({ method }) => method === writeMethod).length
    cluster.calls.onCall(({ method }) => (method === writeMethod && calls() <= 2 ? 'hang' : 'deliver'))
    const stop = new AbortController()
    const held = []
    for (const text of ['one', 'two']) {
      held.push(add('b', text, { signal: stop.signal }).catch(({ code }) => code))
      await vi.waitFor(() => expect(calls()).toBe(held.length))
    }
    expect(await add('b', 'three')).toMatchObject({ found: false })
    stop.abort()
    expect(await Promise.all(held)).toEqual(['unanswered', 'unanswered'])
  })

  it('ends with its signal', async () => {
    await start()
    const stop = new AbortController()
    const writing = add('b', 'given up', { signal: stop.signal })
    stop.abort()
    await expect(writing).rejects.toMatchObject({ code: 'aborted', applied: 'no' })
  })

  it('that waits is given up when its node closes', async () => {
    await start()
    const { node } = cluster.node('b')
    const waiting = add('b', 'waiting')
    await vi.waitFor(() => expect(node.state.writes.parked).toBeGreaterThan(0))
    await Promise.all([node.close(), expect(waiting).rejects.toMatchObject({ code: 'closed', applied: 'no' })])
    await expect(node.write(entry('later'), {})).rejects.toMatchObject({ code: 'closed', applied: 'no' })
  })

  it('of an operation that the primary does not know waits, and asks for a primary that knows it', async () => {
    const onUnknownOperation = vi.fn()
    await start({ schemas: { b: nextSchema }, onUnknownOperation })
    await elect('a')
    const counting = cluster
      .node('b')
      .node.write({ kind: 'operation', name: 'entries.count', version: 1, input: {} }, {})
    await vi.waitFor(() => expect(onUnknownOperation).toHaveBeenCalled())
    await elect('b')
    expect(await counting).toMatchObject({ value: 0 })
  })
})

describe('a reign', () => {
  async function send(name: string, write: Partial<SentWrite>): Promise<Outcome> {
    const body = entry('sent')
    const sent = { body, key: createKey(), hash: hashOf(body), remainingMs: 5000, ...write }
    const answer = await cluster.calls.call(
      'b',
      name,
      writeMethod,
      { durability: 'local', writes: [sent] },
      { deadlineMs: 5000 },
    )
    return (answer as Outcome[])[0]!
  }

  it('refuses the writes of another one before they run', async () => {
    await start()
    await elect('a')
    const former = cluster.node('a').node.state.epoch!
    await elect('c')
    const { epoch } = cluster.node('c').node.state
    expect(await send('c', { epoch: former })).toMatchObject({ kind: 'refused', error: { code: 'stale_epoch' }, epoch })
    const later = { number: epoch!.number + 1, id: 'later' }
    expect(await send('c', { epoch: later })).toMatchObject({ kind: 'refused', error: { code: 'not_primary' } })
    expect(await textsOn('c')).toEqual([])
    expect(await send('c', { epoch: epoch! })).toMatchObject({ kind: 'done' })
  })

  it('is learnt from the refusal by a node that has not received its row', async () => {
    await start()
    await elect('a')
    await add('b', 'one')
    await cluster.pause('b')
    await elect('c')
    cluster.calls.log.length = 0
    const writing = add('b', 'two', { durability: 'local' })
    expect(await writing).toMatchObject({ value: 2, copies: 1 })
    expect(cluster.calls.log.filter(({ method }) => method === writeMethod)).toHaveLength(2)
  })

  it('lets reads take their time on the primary only, for LiteFS waits for them everywhere else', async () => {
    await start()
    const limits = ['a', 'b'].map((name) => vi.spyOn(cluster.node(name).host, 'limitReads'))
    await elect('a')
    await vi.waitFor(() => {
      expect(limits[0]).toHaveBeenLastCalledWith(Number.POSITIVE_INFINITY)
      expect(limits[1]).toHaveBeenLastCalledWith(100)
    })
    await elect('b')
    await vi.waitFor(() => expect(limits[0]).toHaveBeenLastCalledWith(100))
  })

  it('has the file looked after whenever LiteFS does not say any more who the primary is: it may have died', async () => {
    await start()
    const checks = ['a', 'b'].map((name) => vi.spyOn(cluster.node(name).host, 'checkFile'))
    await elect('a')
    expect(checks.map(({ mock }) => mock.calls.length)).toEqual([0, 0])
    cluster.depose()
    await vi.waitFor(() => expect(checks.map(({ mock }) => mock.calls.length)).toEqual([1, 1]))
  })

  it('has its writer ready before it is handed the lease, and as soon as the node has it', async () => {
    await start()
    const { host, prepare, lease } = cluster.node('b')
    const prepared = vi.spyOn(host, 'prepareReign')
    await elect('a')
    expect(prepared).not.toHaveBeenCalled()
    await prepare()
    expect(prepared).toHaveBeenCalledTimes(1)
    lease({ kind: 'held', term: '2' })
    expect(prepared).toHaveBeenCalledTimes(2)
  })

  it('takes no writes once it is over', async () => {
    await start()
    await elect('a')
    const fence = vi.spyOn(cluster.node('a').host, 'setFence')
    await elect('b')
    expect(await send('a', {})).toMatchObject({ kind: 'refused', error: { code: 'not_primary' } })
    // Those that wait in the writer's queue are not committed either.
    await vi.waitFor(() => expect(fence).toHaveBeenLastCalledWith(expect.objectContaining({ kind: 'closed' })))
  })

  it('begins anew when the lease was another’s in between', async () => {
    await start()
    await elect('a')
    const former = cluster.node('a').node.state.epoch!
    cluster.node('a').lease({ kind: 'held', term: '2' })
    await vi.waitFor(() => expect(cluster.node('a').node.state.epoch?.number).toBe(former.number + 1))
    await leads('a')
    expect(await add('b', 'after')).toMatchObject({ value: 1 })
  })

  it('parks new writes during a handover, says when the last one is done, and takes them when it was given up', async () => {
    await start()
    await elect('a')
    cluster.node('a').lease({ kind: 'draining' })
    await vi.waitFor(() => expect(cluster.node('a').drained()).toBe(1))
    const parked = [add('a', 'here'), add('b', 'there')]
    await vi.waitFor(() => expect(cluster.node('a').node.state.writes.parked).toBeGreaterThan(0))
    await vi.waitFor(() => expect(cluster.node('b').node.state.writes.retried).toBeGreaterThan(0))
    expect(cluster.node('a').node.state.writes.fenced).toBeGreaterThan(0)
    expect(await textsOn('a')).toEqual([])
    cluster.node('a').lease({ kind: 'held', term: '1' })
    await Promise.all(parked)
    expect((await textsOn('a')).toSorted()).toEqual(['here', 'there'])
  })

  it('lets a handover go on by the fence that was closed for it, not by one for too few members', async () => {
    await start()
    await elect('a')
    const { host, lease, drained } = cluster.node('a')
    const fence = vi.spyOn(host, 'setFence')
    lease({ kind: 'draining', because: 'handover' })
    lease({ kind: 'draining', because: 'few-members' })
    await Promise.all(fence.mock.results.map(({ value }) => value))
    expect(drained()).toBe(1)
  })

  it('begins no reign in the middle of a handover, but once it was given up', async () => {
    await start()
    const { node, lease } = cluster.node('a')
    lease({ kind: 'draining', because: 'handover' })
    await cluster.elect('a')
    await vi.waitFor(() => expect(node.state.problem?.code).toBe('fenced'))
    expect(node.state.epoch).toBeUndefined()
    lease({ kind: 'held', term: '1' })
    await leads('a')
    expect(await add('a', 'after')).toMatchObject({ value: 1 })
  })

  it('begins a reign with too few members, which takes no write before there are enough', async () => {
    await start()
    const { node, lease } = cluster.node('a')
    lease({ kind: 'draining', because: 'few-members' })
    await cluster.elect('a')
    await vi.waitFor(() => expect(node.state).toMatchObject({ epoch: { number: 1 }, leadership: 'draining' }))
    const parked = add('a', 'parked')
    await vi.waitFor(() => expect(node.state.writes.parked).toBeGreaterThan(0))
    lease({ kind: 'held', term: '1' })
    expect(await parked).toMatchObject({ value: 1 })
  })
})
