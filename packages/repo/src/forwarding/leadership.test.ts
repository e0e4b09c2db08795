import { describe, expect, it, vi } from 'vitest'
import { createKey, hashOf } from '../index.ts'
import { add, cluster, elect, entry, leads, start, textsOn } from './testing/ledgers.ts'
import { type Outcome, type SentWrite, writeMethod } from './wire.ts'

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
