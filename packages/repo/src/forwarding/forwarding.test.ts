import { describe, expect, it, vi } from 'vitest'
import { createKey, type TakenWrite } from '../index.ts'
import { add, cluster, elect, entry, start, textsOn } from './testing/ledgers.ts'
import { schema as nextSchema } from './testing/next-ledger-schema.ts'
import { writeMethod } from './wire.ts'

const soon = (deadlineMs: number) => ({ deadline: Date.now() + deadlineMs })

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
