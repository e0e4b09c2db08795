import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { createHearing } from './hearing.ts'
import type { InSyncSet } from './in-sync-set.ts'
import { createListening } from './listening.ts'
import type { Peer, Peers } from './peers.ts'

function clock() {
  let now = 10_000
  const mocked = vi.spyOn(performance, 'now').mockImplementation(() => now)
  onTestFinished(() => mocked.mockRestore())
  return { pass: (ms: number) => (now += ms), now: () => now }
}

const members = ['here', 'b', 'c'].map((node) => ({ node, disk: `disk of ${node}`, address: `${node}:1` }))
const set: InSyncSet = { lineage: 'one', version: 1, members, removed: [] }

/** The peers `b` and `c`, of which nothing was heard since `heardAt`; both go on writing to Consul. */
function silentPeers(now: () => number, heardAt: number): Peers {
  const peer = (node: string) =>
    ({ node, silentForMs: () => now() - heardAt, livedOn: () => true }) as Partial<Peer> as Peer
  const peers = new Map(['b', 'c'].map((node) => [node, peer(node)]))
  return { get: (node: string) => peers.get(node) } as Partial<Peers> as Peers
}

describe('a guard that was paused, or has just started', () => {
  it('is sure of the silence of others only after it has listened again', () => {
    const { pass } = clock()
    const listening = createListening()
    for (let ms = 0; ms < 2200; ms += 200, pass(200)) listening.note()
    expect(listening.isSure).toBe(true)
    pass(1500)
    expect(listening.isSure).toBe(false)
    for (let ms = 0; ms < 1800; ms += 200, pass(200)) expect(listening.isSure).toBe(false)
    pass(200)
    expect(listening.isSure).toBe(true)
  })

  it('neither leads without the members it has not heard yet, nor takes itself for cut off from them', () => {
    const { pass, now } = clock()
    const records = () => members.map((member) => ({ ...member, region: 'here', candidate: true, count: 1 }))
    const listening = createListening()
    const hearing = createHearing('here', silentPeers(now, now()), listening, records)
    // In this time others may have said much that is still unread.
    pass(5000)
    expect(hearing.isSettled(set)).toBe(false)
    expect(hearing.isIsolated(set)).toBe(false)
    for (let ms = 0; ms < 2200; ms += 200, pass(200)) listening.note()
    expect(hearing.isSettled(set)).toBe(true)
    expect(hearing.isIsolated(set)).toBe(true)
  })

  it('is not cut off from others of whom none could lead in its place', () => {
    const { pass, now } = clock()
    const records = () => members.map((member) => ({ ...member, region: 'here', candidate: true, count: 1 }))
    const listening = createListening()
    const { isIsolated } = createHearing('here', silentPeers(now, now()), listening, records)
    for (let ms = 0; ms < 2200; ms += 200, pass(200)) listening.note()
    expect(isIsolated(set)).toBe(true)
    expect(isIsolated({ ...set, members: members.slice(0, 1) })).toBe(false)
  })

  it('takes no other disk for the member, nor who leaves, cannot lead or sees no Consul', () => {
    const { now } = clock()
    const peers = silentPeers(now, now())
    const { isHeard } = createHearing('here', peers, createListening(), () => [])
    const well = { node: 'b', disk: 'disk of b', joins: true, candidate: true, seesConsul: true }
    const isHeardSaying = (otherwise: Partial<typeof well>) => {
      Object.assign(peers.get('b')!, { report: { ...well, ...otherwise } })
      return isHeard(members[1]!)
    }
    expect(isHeardSaying({})).toBe(true)
    for (const otherwise of [{ disk: 'another' }, { joins: false }, { candidate: false }, { seesConsul: false }]) {
      expect(isHeardSaying(otherwise)).toBe(false)
    }
  })

  it('leads at once after a member that says that it leaves, and not without one that has said nothing', () => {
    const { now } = clock()
    const records = () => members.map((member) => ({ ...member, region: 'here', candidate: true, count: 1 }))
    const peers = silentPeers(now, now())
    const hearing = createHearing('here', peers, createListening(), records)
    const says = (node: string, joins: boolean) => Object.assign(peers.get(node)!, { report: { node, joins } })
    says('b', false)
    expect(hearing.isSettled(set)).toBe(false)
    says('c', true)
    expect(hearing.isSettled(set)).toBe(true)
  })
})
