import { describe, expect, it, vi } from 'vitest'
import { type InSyncSet, type Member, withMember } from './in-sync-set.ts'
import { beginLeading } from './leading.ts'
import type { LitefsWatch } from './litefs-watch.ts'
import type { Peer } from './peers.ts'
import { encodePosition, type Position } from './position.ts'
import type { Reign } from './reign.ts'

const at = (txid: number, checksum = 'c'): Position => ({ txid: BigInt(txid), checksum: checksum.repeat(16) })
const member = (node: string, disk = `disk of ${node}`): Member => ({ node, disk, address: `${node}:1` })

function peer(node: string, position: Position, disk = `disk of ${node}`): Peer {
  const report = { ...member(node, disk), region: 'here', position: encodePosition(position) }
  return {
    ...{ node, address: `${node}:1`, silentForMs: () => 0, livedOn: () => false, ask: async () => {} },
    report: { ...report, candidate: true, joins: true, serves: true, seesConsul: true },
  }
}

/** A leader at position 100 with the members. */
function leads(...members: Member[]) {
  const peers: Peer[] = []
  const given = { litefsSilentForMs: 0, released: [] as { leave: boolean }[] }
  const reign = {
    term: 1,
    set: { lineage: 'one', version: 1, members, removed: [] } as InSyncSet,
    pendingSet: undefined as InSyncSet | undefined,
    isProven: true,
    ended: new AbortController().signal,
    async changeSet(change: (set: InSyncSet) => InSyncSet) {
      reign.set = change(reign.set)
    },
    async release(options: { leave: boolean }) {
      given.released.push(options)
    },
  }
  const litefs = {
    position: at(100),
    onPosition: () => () => {},
    get silentForMs() {
      return given.litefsSilentForMs
    },
  }
  const leading = beginLeading({
    ...{ node: 'a', minInSync: 1, reign: reign as Partial<Reign> as Reign },
    litefs: litefs as Partial<LitefsWatch> as LitefsWatch,
    api: { position: async () => at(100) },
    ...{ peers: () => peers, consulClearForMs: () => 10_000, isIsolated: () => false },
    ...{ drain: async () => {}, currentTerm: async () => 1, onChange() {} },
    log: { info() {}, warn() {}, error() {} },
  })
  const hear = (next: Peer) => {
    peers[0] = next
    leading.heard(next)
  }
  return {
    given,
    reign,
    leading,
    hear,
    members: () => reign.set.members.map(({ node, disk }) => `${node} with ${disk}`),
  }
}

describe('beginLeading', () => {
  it('does not take in a node for what its former disk had', () => {
    const { leading, hear, members } = leads(member('a'))
    const wellKnown = peer('b', at(100))
    hear({ ...wellKnown, report: { ...wellKnown.report!, joins: false } })
    expect(leading.coverage.provenAt('b')).toBe(100n)
    // It is further, in a history of its own.
    hear(peer('b', at(110, 'f'), 'another disk'))
    expect(members()).toEqual(['a with disk of a'])
    hear(peer('b', at(100), 'another disk'))
    expect(members()).toEqual(['a with disk of a', 'b with another disk'])
  })

  it('acknowledges alone without proof of its lease, for nobody else can have taken it, until another may be in the set', async () => {
    const { reign, leading, hear } = leads(member('a'))
    reign.isProven = false
    const { signal } = new AbortController()
    expect(await leading.coverage.whenCovered(at(100), signal)).toEqual({ copies: 1 })
    reign.pendingSet = withMember(reign.set, member('b'))
    const isCovered = vi.fn()
    const covering = leading.coverage.whenCovered(at(100), signal).then(isCovered)
    leading.coverage.review()
    await Promise.resolve()
    expect(isCovered).not.toHaveBeenCalled()
    hear({ ...peer('b', at(100)), report: { ...peer('b', at(100)).report!, joins: false } })
    leading.coverage.review()
    await covering
  })

  it('leaves the set when LiteFS does not answer, unless nobody else in it is there to lead', () => {
    for (const [silentForMs, leave] of [
      [0, true],
      [1500, false],
    ] as const) {
      const { given, leading, hear } = leads(member('a'), member('b'))
      hear({ ...peer('b', at(100)), silentForMs: () => silentForMs })
      given.litefsSilentForMs = 2500
      leading.review()
      expect(given.released).toEqual([{ leave }])
    }
  })
})
