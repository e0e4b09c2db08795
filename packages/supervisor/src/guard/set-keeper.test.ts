import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { type InSyncSet, withMember } from './in-sync-set.ts'
import { createListening } from './listening.ts'
import { trackCoverage } from './member-reports.ts'
import type { Peer } from './peers.ts'
import type { Reign } from './reign.ts'
import { keepSet } from './set-keeper.ts'

const alone: InSyncSet = {
  ...{ lineage: 'one', version: 1, removed: [] },
  members: [{ node: 'a', disk: 'disk of a', address: 'a:1' }],
}

const newcomer = {
  node: 'b',
  silentForMs: () => 0,
  report: {
    ...{ node: 'b', disk: 'disk of b', address: 'b:1', region: 'here', position: undefined },
    ...{ candidate: true, joins: true, serves: true, seesConsul: true },
  },
} as Partial<Peer> as Peer

interface Given {
  set?: InSyncSet
  hasNoDatabase?: boolean
  silentForMs?: () => number
}

/** Of the leader `a`, with `b` as its only peer. */
function keeper({ set = alone, hasNoDatabase = false, silentForMs = () => 0 }: Given) {
  const reign = {
    ...{ set, pendingSet: undefined, ended: new AbortController().signal },
    async changeSet(change: (set: InSyncSet) => InSyncSet) {
      reign.set = change(reign.set)
    },
  }
  const { review } = keepSet({
    node: 'a',
    reign: reign as Partial<Reign> as Reign,
    coverage: trackCoverage({ counted: () => [], copies: () => 1 }),
    hasNoDatabase: () => hasNoDatabase,
    peers: () => [{ ...newcomer, silentForMs }],
    listening: createListening(),
    consulClearForMs: () => 10_000,
    isBusy: () => false,
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
    const set = withMember(alone, { node: 'b', disk: 'disk of b', address: 'b:1' })
    let heardAt = 0
    const membersAfterReview = keeper({ set, silentForMs: () => now - heardAt })
    now = 2500
    expect(membersAfterReview()).toEqual(['a', 'b'])
    heardAt = now
    for (; now < 4300; now += 200) expect(membersAfterReview()).toEqual(['a', 'b'])
    now = 4600
    expect(membersAfterReview()).toEqual(['a'])
  })
})
