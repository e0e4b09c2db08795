import { describe, expect, it } from 'vitest'
import { encodeSet, type InSyncSet } from './in-sync-set.ts'
import { judgeLeading, type MayLeadOptions, type SetAnswer } from './may-lead.ts'
import { encodePosition, type Position } from './position.ts'
import type { Picture } from './records.ts'

const member = (node: string, disk = `disk of ${node}`) => ({ node, disk, address: `${node}:4100` })
const at = (txid: number): Position => ({ txid: BigInt(txid), checksum: 'c'.repeat(16) })
const set = (version: number, nodes: string[], lineage = 'one'): InSyncSet => ({
  ...{ lineage, version, removed: [] },
  members: nodes.map((node) => member(node)),
})

const empty: Picture = { lease: undefined, heartbeat: undefined, set: undefined, clusterId: undefined, nodes: [] }
const withSet = (value: InSyncSet, acked?: Position): Picture => ({
  ...empty,
  set: { index: 9, value },
  heartbeat: { index: 8, acked },
})

function judge(options: Partial<MayLeadOptions> & { answers?: Record<string, Partial<SetAnswer>> }) {
  return judgeLeading({
    self: member('a'),
    candidate: true,
    newestSet: () => undefined,
    keepSet: async () => {},
    position: async () => at(10),
    connected: () => Object.keys(options.answers ?? {}).map((node) => ({ node, address: `${node}:4100` })),
    isIsolated: () => false,
    isSettled: () => true,
    hasBetter: () => false,
    expectedNodes: undefined,
    permissionFor: () => undefined,
    async askForSet(node) {
      const answer = options.answers?.[node]
      if (!answer) throw new Error('no answer')
      return { set: undefined, disk: `disk of ${node}`, position: encodePosition(at(10)), ...answer }
    },
    ...options,
  })
}

const reasonOf = async (verdict: Promise<unknown>) => ((await verdict) as { reason?: string }).reason

describe('who may lead', () => {
  it('is a member of the set, over the set as it is in Consul', async () => {
    expect(await judge({})(withSet(set(3, ['a', 'b'])))).toMatchObject({
      kind: 'may',
      setIndex: 9,
      base: { version: 3 },
    })
    expect(await reasonOf(judge({})(withSet(set(3, ['b']))))).toContain('not in the in-sync set')
  })

  it('is not a node of the same name with another disk', async () => {
    const verdict = judge({ self: member('a', 'a new disk') })(withSet(set(3, ['a', 'b'])))
    expect(await reasonOf(verdict)).toContain('not in the in-sync set')
  })

  it('is not a member whose disk is older than the last acknowledged write', async () => {
    expect(await judge({})(withSet(set(3, ['a']), at(10)))).toMatchObject({ kind: 'may', acked: at(10) })
    expect(await reasonOf(judge({})(withSet(set(3, ['a']), at(11))))).toContain('older')
    expect(await reasonOf(judge({ position: async () => undefined })(withSet(set(3, ['a']), at(1))))).toContain('older')
  })

  it('is nobody who is cut off from most of the living, or has only begun to listen', async () => {
    expect(await reasonOf(judge({ isIsolated: () => true })(withSet(set(3, ['a']))))).toContain('live, but not for it')
    expect(await reasonOf(judge({ isSettled: () => false })(withSet(set(3, ['a']))))).toContain('waits to hear')
  })

  it('is not a member without an application while another has one', async () => {
    expect(await reasonOf(judge({ hasBetter: () => true })(withSet(set(3, ['a', 'b']))))).toContain('application')
  })

  describe('when Consul lost the set', () => {
    const newestSet = () => set(4, ['a', 'b', 'c'])

    it('is a member of the newest one, once all of its members answered', async () => {
      const answers = { b: { set: encodeSet(newestSet()) }, c: { set: encodeSet(newestSet()) } }
      expect(await judge({ newestSet, answers })(empty)).toMatchObject({
        kind: 'may',
        setIndex: 0,
        base: { version: 4 },
      })
      const { b } = answers
      expect(await reasonOf(judge({ newestSet, answers: { b } })(empty))).toContain('no answer from c')
    })

    it('asks the members of a newer one that it hears of', async () => {
      const newer = { set: encodeSet(set(5, ['a', 'b', 'd'])) }
      expect(await reasonOf(judge({ newestSet, answers: { b: newer, c: {} } })(empty))).toContain('no answer from d')
      const verdict = judge({ newestSet, answers: { b: newer, c: {}, d: {} } })(empty)
      expect(await verdict).toMatchObject({ kind: 'may', base: { version: 5 } })
    })

    it('is nobody while a member is only there with another disk, which knows nothing of the old one', async () => {
      const b = { set: encodeSet(newestSet()) }
      const answers = { b, c: { disk: 'a new disk' } }
      expect(await reasonOf(judge({ newestSet, answers })(empty))).toContain('no answer from c')
      // Once the new disk has become a member itself, nothing is missing.
      const newer = set(5, ['a', 'b'])
      newer.members.push(member('c', 'a new disk'))
      const rejoined = { b, c: { disk: 'a new disk', set: encodeSet(newer) } }
      expect(await judge({ newestSet, answers: rejoined })(empty)).toMatchObject({ kind: 'may', base: { version: 5 } })
    })

    it('is not a node that a newer one left out', async () => {
      const newer = { set: encodeSet(set(5, ['b', 'c'])) }
      const verdict = judge({ newestSet, answers: { b: newer, c: newer } })(empty)
      expect(await reasonOf(verdict)).toContain('not in the newest in-sync set')
    })

    it('is not a member that is behind all the others', async () => {
      const ahead = { position: encodePosition(at(11)) }
      const verdict = judge({ newestSet, answers: { b: ahead, c: ahead } })(empty)
      expect(await reasonOf(verdict)).toContain('older than that of every other')
    })

    it('holds the same when Consul came back with an older set', async () => {
      const verdict = judge({ newestSet, answers: {} })(withSet(set(3, ['a'])))
      expect(await reasonOf(verdict)).toContain('no answer from b')
    })

    it('goes by Consul when the set on disk is of another cluster', async () => {
      const verdict = judge({ newestSet: () => set(40, ['b'], 'another') })(withSet(set(3, ['a'])))
      expect(await verdict).toMatchObject({ kind: 'may', base: { version: 3 } })
    })
  })

  describe('when Consul came back with a set that this node knows and others have left behind', () => {
    const older = withSet(set(3, ['a', 'b', 'c']))
    const newestSet = () => set(3, ['a', 'b', 'c'])
    const newer = set(5, ['b', 'c'])
    const saying = (name: Pick<InSyncSet, 'lineage' | 'version'>) => () => [
      { node: 'c', address: 'c:4100', report: { newestSet: name } },
    ]

    it('is not a node that the newer one left out, which keeps it for its next start', async () => {
      const kept: InSyncSet[] = []
      const keepSet = async (next: InSyncSet) => void kept.push(next)
      const answers = { b: { set: encodeSet(newer) }, c: { set: encodeSet(newer) } }
      const verdict = judge({ newestSet, keepSet, connected: saying(newer), answers })(older)
      expect(await reasonOf(verdict)).toContain('not in the newest in-sync set')
      expect(kept).toEqual([newer])
    })

    it('is a member of the newer one, over that one', async () => {
      const withUs = set(5, ['a', 'c'])
      const answers = { c: { set: encodeSet(withUs) } }
      const verdict = judge({ newestSet, connected: saying(withUs), answers })(older)
      expect(await verdict).toMatchObject({ kind: 'may', setIndex: 9, base: { version: 5 } })
    })

    it('is nobody while whoever knows the newer one does not say it', async () => {
      const verdict = judge({ newestSet, connected: saying(newer), answers: {} })(older)
      expect(await reasonOf(verdict)).toContain('c does not say which')
    })

    it('is whoever Consul says, when the others know an older one or one of another cluster', async () => {
      for (const known of [set(2, ['b']), set(9, ['b'], 'another')]) {
        expect(await judge({ newestSet, connected: saying(known) })(older)).toMatchObject({ base: { version: 3 } })
      }
    })
  })

  describe('at the first start', () => {
    it('is nobody until a person says so, or as many nodes are there as expected', async () => {
      expect(await reasonOf(judge({})(empty))).toContain('atoll init')
      expect(await judge({ permissionFor: () => 'init' })(empty)).toMatchObject({
        kind: 'may',
        base: { members: [{ node: 'a' }] },
      })
      expect(await reasonOf(judge({ expectedNodes: 3, answers: { b: {} } })(empty))).toContain('2 of 3')
      expect(await judge({ expectedNodes: 2, answers: { b: {} } })(empty)).toMatchObject({ kind: 'may' })
    })

    it('is nobody when another node knows that the cluster exists', async () => {
      const answers = { b: { set: encodeSet(set(2, ['b'])) } }
      for (const how of [{ permissionFor: () => 'init' as const }, { expectedNodes: 2 }]) {
        expect(await reasonOf(judge({ ...how, answers })(empty))).toContain('knows that the cluster exists')
      }
    })

    it('is not a node with less data than another', async () => {
      const answers = { b: { position: encodePosition(at(11)) } }
      expect(await reasonOf(judge({ expectedNodes: 2, answers })(empty))).toContain('more data')
    })
  })

  it('is whom a person chose, alone, in a cluster of its own from then on', async () => {
    const verdict = await judge({ permissionFor: () => 'accept-loss' })(withSet(set(3, ['b']), at(99)))
    expect(verdict).toMatchObject({ kind: 'may', base: { members: [{ node: 'a' }] }, setIndex: 9, acked: undefined })
    expect((verdict as { base: InSyncSet }).base.lineage).not.toBe('one')
  })
})
