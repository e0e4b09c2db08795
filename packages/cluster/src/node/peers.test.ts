import { describe, expect, it } from 'vitest'
import { formatAddress } from '../address.ts'
import type { ClusterErrorCode } from '../errors.ts'
import { eventually } from '../testing/eventually.ts'
import { gone, openPair, openTestNode, openWire, secret, seen } from '../testing/open-nodes.ts'

const noPeers = { kind: 'static', peers: [] } as const

describe('the nodes of a cluster', () => {
  it('say who they are', async () => {
    const london = await openTestNode('london', { region: 'lhr', version: '2.0.0', facts: () => ({ role: 'primary' }) })
    const tokyo = await openTestNode('tokyo', { discovery: { kind: 'static', peers: [london.address] } })
    const address = formatAddress(london.address)

    expect(await seen(tokyo, 'london')).toEqual({
      name: 'london',
      region: 'lhr',
      version: '2.0.0',
      address,
      facts: { role: 'primary' },
    })
    expect(tokyo.locate('london')).toEqual({ address })
    expect(tokyo.locate('nobody')).toBeUndefined()
  })

  it.each(['::1', '::', '127.0.0.1'])('are found by whom they call, without discovery: from %s', async (host) => {
    const other = await openTestNode('other', { listen: { host: '::', port: 0 } })
    const { port } = other.address
    const peers = [{ host: host === '::' ? '::1' : host, port }]
    const asker = await openTestNode('asker', { listen: { host, port: 0 }, discovery: { kind: 'static', peers } })
    const { address } = await seen(other, 'asker')
    expect(address).toBe(formatAddress({ host: peers[0]!.host, port: asker.address.port }))
  })

  it('know their own address in a list that all of them share', async () => {
    const first = await openTestNode('first')
    const peers = [first.address, { host: '::1', port: 0 }]
    const second = await openTestNode('second', { discovery: { kind: 'static', peers: [first.address] } })
    peers[1] = second.address
    const third = await openTestNode('third', { discovery: { kind: 'static', peers } })
    await first.close()
    const again = await openTestNode('first', {
      listen: first.address,
      discovery: { kind: 'static', peers: [first.address, second.address, third.address] },
    })
    await seen(again, 'third')
    await seen(again, 'second')
    expect(again.peers().map(({ name }) => name)).toEqual(['second', 'third'])
    expect(again.locate('first')).toBeUndefined()
  })

  it('are one node however many addresses they have', async () => {
    const other = await openTestNode('other', { listen: { host: '::', port: 0 } })
    const { port } = other.address
    const peers = ['::1', '127.0.0.1', 'localhost'].map((host) => ({ host, port }))
    const asker = await openTestNode('asker', { discovery: { kind: 'static', peers } })
    await eventually('three connections', async () => {
      const calls = peers.map((peer) => asker.call(formatAddress(peer), 'none', null, { deadlineMs: 1000 }))
      const results = await Promise.allSettled(calls)
      return results.every((result) => result.status === 'rejected' && result.reason.code === 'unknown_method')
    })
    expect(asker.peers()).toHaveLength(1)
  })

  it('hear of new facts when they are announced', async () => {
    let role = 'replica'
    const { asker, other } = await openPair({ facts: () => ({ role }) })
    await seen(other, 'asker')
    let changes = 0
    asker.onPeersChange(() => changes++)

    role = 'primary'
    other.announce()
    await eventually('the new role', () => asker.peers()[0]?.facts.role === 'primary')
    const before = changes
    other.announce()
    role = 'replica'
    other.announce()
    await eventually('the last role', () => asker.peers()[0]?.facts.role === 'replica')
    expect(changes).toBe(before + 1)
  })

  it('hear of facts that change all the time now and then, and of the last of them', async () => {
    let position = 0
    const { asker, other } = await openPair({ facts: () => ({ position }) })
    await seen(other, 'asker')
    let changes = 0
    asker.onPeersChange(() => changes++)
    for (position = 1; position < 1000; position++) other.announceLater()
    await eventually('the last position', () => asker.peers()[0]?.facts.position === 1000)
    expect(changes).toBe(1)
  })

  it('leave and come back', async () => {
    const { asker, other } = await openPair()
    await other.close()
    await gone(asker, 'other')
    await openTestNode('other', { listen: other.address, version: '1.1.0' })
    await eventually('the new release', () => asker.peers()[0]?.version === '1.1.0')
  })

  it('are dropped when nothing is heard of them, and found again', async () => {
    const wires: Awaited<ReturnType<typeof openWire>>[] = []
    const { asker, other } = await openPair({ limits: { pingMs: 20, silenceMs: 200 } }, async (to) => {
      wires.push(await openWire(to))
      return wires[0]!.address
    })
    await seen(other, 'asker')
    wires[0]!.silence()
    await gone(asker, 'other')
    wires[0]!.mend()
    await seen(asker, 'other')
  })

  it('say once why they cannot reach each other', async () => {
    const problems: [string, ClusterErrorCode][] = []
    const stranger = await openTestNode('stranger', { secret: 'another secret of sufficient length' })
    const asker = await openTestNode('asker', {
      discovery: { kind: 'static', peers: [stranger.address] },
      onProblem: (address, { code }) => problems.push([address, code]),
    })
    await eventually('three attempts', () => stranger.refused.badHandshake >= 3)
    expect(problems).toEqual([[formatAddress(stranger.address), 'unauthenticated']])
    expect(asker.peers()).toEqual([])

    await stranger.close()
    await eventually('another reason', () => problems.at(-1)?.[1] === 'unreachable')
  })

  it('change their secret one after another without losing each other', async () => {
    const next = 'the secret that comes after this one'
    const first = await openTestNode('first', { secret: [next, secret] })
    const second = await openTestNode('second', { discovery: { kind: 'static', peers: [first.address] } })
    await seen(second, 'first')
    await seen(first, 'second')
    await second.close()
    await openTestNode('second', { listen: second.address, secret: next, discovery: noPeers })
    const third = await openTestNode('third', { secret: next, discovery: { kind: 'static', peers: [first.address] } })
    await seen(third, 'first')
  })
})
