import { describe, expect, it } from 'vitest'
import type { InSyncSet } from './in-sync-set.ts'
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

function membersAfterReview(hasNoDatabase: boolean): string[] {
  const reign = { set: alone, pendingSet: undefined as InSyncSet | undefined, ended: new AbortController().signal }
  const changeSet: Reign['changeSet'] = async (change) => {
    reign.pendingSet = change(reign.set)
  }
  keepSet({
    node: 'a',
    reign: { ...reign, changeSet } as Partial<Reign> as Reign,
    coverage: trackCoverage({ counted: () => [], copies: () => 1 }),
    hasNoDatabase: () => hasNoDatabase,
    peers: () => [newcomer],
    consulClearForMs: () => 10_000,
    isBusy: () => false,
    log: { info() {}, warn() {}, error() {} },
  }).review()
  return (reign.pendingSet ?? reign.set).members.map(({ node }) => node)
}

describe('keepSet', () => {
  it('takes in whoever comes while there is no database, and nobody while that is not known', () => {
    expect(membersAfterReview(true)).toEqual(['a', 'b'])
    expect(membersAfterReview(false)).toEqual(['a'])
  })
})
