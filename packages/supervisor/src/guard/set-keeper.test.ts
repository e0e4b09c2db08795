import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { InSyncSet, Member } from './in-sync-set.ts'
import { createListening } from './listening.ts'
import { type Coverage, trackCoverage } from './member-reports.ts'
import type { Peer } from './peers.ts'
import { encodePosition, type Position } from './position.ts'
import type { Reign } from './reign.ts'
import { keepSet } from './set-keeper.ts'

const memberOf = (node: string): Member => ({ node, disk: `disk of ${node}`, address: `${node}:1` })

const setOf = (...nodes: string[]): InSyncSet => ({
  ...{ lineage: 'one', version: 1, removed: [] },
  members: nodes.map(memberOf),
})

const newcomer = {
  node: 'b',
  silentForMs: () => 0,
  report: {
    ...{ node: 'b', disk: 'disk of b', address: 'b:1', region: 'here', position: undefined },
    ...{ candidate: true, count: 1, joins: true, serves: true, seesConsul: true },
  },
} as Partial<Peer> as Peer

const at = (txid: number): Position => ({ txid: BigInt(txid), checksum: 'c'.repeat(16) })

function reportAt(position: Position | undefined) {
  return { ...newcomer.report!, position: position && encodePosition(position) }
}

/** Of a leader at 100, that acknowledged this much; what `b` says is of the leader's own history. */
function coverageOf(position: () => Position | undefined, acked: Position | undefined): Coverage {
  const known: Partial<Coverage> = { latest: at(100), acked, provenAt: () => position()?.txid, review() {} }
  return known as Coverage
}

interface Given {
  set?: InSyncSet
  hasNoDatabase?: boolean
  /** Who else there is; default: `b`. */
  nodes?: string[]
  silentForMs?: (node: string) => number
  /** Of `b`, and what it was seen to have of this reign's history. */
  position?: () => Position | undefined
  acked?: Position
  /** What `b` says otherwise. */
  says?: Partial<NonNullable<Peer['report']>>
  pendingSet?: InSyncSet
  /** A handover is under way. */
  isBusy?: boolean
}

/** Of the leader `a`, with the others as its peers. */
function keeper({
  set = setOf('a'),
  hasNoDatabase = false,
  nodes = ['b'],
  silentForMs = () => 0,
  position,
  acked,
  says,
  pendingSet,
  isBusy = false,
}: Given) {
  const peerOf = (node: string): Peer => ({
    ...{ ...newcomer, node, silentForMs: () => silentForMs(node) },
    report: { ...reportAt(position?.()), ...memberOf(node), ...says },
  })
  const reign = {
    ...{ set, pendingSet, ended: new AbortController().signal },
    async changeSet(change: (set: InSyncSet) => InSyncSet) {
      reign.set = change(reign.set)
    },
  }
  const { review } = keepSet({
    node: 'a',
    reign: reign as Partial<Reign> as Reign,
    coverage: position ? coverageOf(position, acked) : trackCoverage({ counted: () => [], copies: () => 1 }),
    hasNoDatabase: () => hasNoDatabase,
    peers: () => nodes.map(peerOf),
    listening: createListening(),
    consulClearForMs: () => 10_000,
    isBusy: () => isBusy,
    log: { info() {}, warn() {}, error() {} },
  })
  return function membersAfterReview(): string[] {
    review()
    return reign.set.members.map(({ node }) => node)
  }
}

describe('keepSet', () => {
  it('takes in whoever comes while there is no database, and nobody while that is not known', () => {
    expect(keeper({ hasNoDatabase: true })()).toEqual(['a', 'b'])
    expect(keeper({ hasNoDatabase: false })()).toEqual(['a'])
  })

  it('blames nobody for a silence that was a pause of its own', () => {
    let now = 0
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => now)
    onTestFinished(() => clock.mockRestore())
    let heardAt = 0
    const membersAfterReview = keeper({ set: setOf('a', 'b'), silentForMs: () => now - heardAt })
    now = 2500
    expect(membersAfterReview()).toEqual(['a', 'b'])
    heardAt = now
    for (; now < 4300; now += 200) expect(membersAfterReview()).toEqual(['a', 'b'])
    now = 4600
    expect(membersAfterReview()).toEqual(['a'])
  })

  it('waits with dropping most members at once until their records would show that they live', () => {
    let now = 0
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => now)
    onTestFinished(() => clock.mockRestore())
    const [set, nodes] = [setOf('a', 'b', 'c'), ['b', 'c']]
    const bothSilent = keeper({ set, nodes, silentForMs: () => now })
    const oneSilent = keeper({ set, nodes, silentForMs: (node) => (node === 'c' ? now : 0) })
    for (; now < 3000; now += 200) {
      expect(bothSilent()).toEqual(['a', 'b', 'c'])
      expect(oneSilent()).toEqual(now < 2000 ? ['a', 'b', 'c'] : ['a', 'b'])
    }
    expect(bothSilent()).toEqual(['a'])
  })

  it('waits for a node that is near, and takes it in with the last write that was acknowledged', () => {
    let position = at(98)
    const membersAfterReview = keeper({ position: () => position, acked: at(99) })
    expect(membersAfterReview()).toEqual(['a'])
    position = at(99)
    expect(membersAfterReview()).toEqual(['a', 'b'])
  })

  it.each([
    ['came back with another disk', { disk: 'another disk' }],
    ['asks to leave', { joins: false }],
    ['is no candidate any more', { candidate: false }],
    ['is cut off from Consul', { seesConsul: false }],
  ])('drops a member at once that %s', (_, says) => {
    expect(keeper({ set: setOf('a', 'b'), says })()).toEqual(['a'])
  })

  it('drops a member whose disk has not everything that was acknowledged: it is an older one', () => {
    let position = at(99)
    const membersAfterReview = keeper({ set: setOf('a', 'b'), position: () => position, acked: at(99) })
    expect(membersAfterReview()).toEqual(['a', 'b'])
    position = at(98)
    expect(membersAfterReview()).toEqual(['a'])
  })

  it.each([
    ['is no candidate', { candidate: false }],
    ['stops', { joins: false }],
    ['sees no Consul, and could not lead', { seesConsul: false }],
  ])('does not take in a node that %s', (_, says) => {
    expect(keeper({ hasNoDatabase: true, says })()).toEqual(['a'])
  })

  it('does not take in a disk that a person removed, but the same node with another one', () => {
    const set = { ...setOf('a'), removed: ['disk of b'] }
    expect(keeper({ set, hasNoDatabase: true })()).toEqual(['a'])
    expect(keeper({ set, hasNoDatabase: true, says: { disk: 'another disk' } })()).toEqual(['a', 'b'])
  })

  it('takes in nobody during a handover, and changes nothing while the last change has no answer', () => {
    expect(keeper({ hasNoDatabase: true, isBusy: true })()).toEqual(['a'])
    const pendingSet = setOf('a', 'b', 'c')
    expect(keeper({ set: setOf('a', 'b'), says: { joins: false }, pendingSet })()).toEqual(['a', 'b'])
  })

  it('drops a member that is behind and stands still for ten seconds, and not one that moves', () => {
    let now = 0
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => now)
    onTestFinished(() => clock.mockRestore())
    let position = at(50)
    const membersAfterReview = keeper({ set: setOf('a', 'b'), position: () => position })
    for (; now < 9000; now += 200) expect(membersAfterReview()).toEqual(['a', 'b'])
    position = at(51)
    for (; now < 19_000; now += 200) expect(membersAfterReview()).toEqual(['a', 'b'])
    for (; now < 19_600; now += 200) membersAfterReview()
    expect(membersAfterReview()).toEqual(['a'])
  })
})
