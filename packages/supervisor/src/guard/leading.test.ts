import { describe, expect, it } from 'vitest'
import { type InSyncSet, type Member, withMember } from './in-sync-set.ts'
import { beginLeading, type Leading } from './leading.ts'
import { createListening } from './listening.ts'
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
    report: { ...report, candidate: true, count: 1, joins: true, serves: true, seesConsul: true },
  }
}

/** A leader at position 100 with the members. */
function leads(...members: Member[]) {
  return leadsWith({}, ...members)
}

function leadsWith({ minInSync = 1 }: { minInSync?: number }, ...members: Member[]) {
  const peers: Peer[] = []
  const given = {
    isIsolated: false,
    isFull: false,
    litefsSilentForMs: 0,
    released: [] as { leave: boolean }[],
    promoted: [] as string[],
    hasApplication: true,
    drainedBecause: [] as (string | undefined)[],
    /** What the next primary does ahead. */
    preparing: Promise.resolve(),
  }
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
    end() {},
  }
  const litefs = {
    position: at(100),
    onPosition: () => () => {},
    get silentForMs() {
      return given.litefsSilentForMs
    },
  }
  const leading = beginLeading({
    ...{ node: 'a', minInSync, reign: reign as Partial<Reign> as Reign },
    litefs: litefs as Partial<LitefsWatch> as LitefsWatch,
    api: { position: async () => at(100) },
    ...{ peers: () => peers, consulClearForMs: () => 10_000, isIsolated: () => given.isIsolated },
    isFull: () => given.isFull,
    listening: createListening(),
    drain: async () => void given.drainedBecause.push(leading.drainingBecause),
    ...{ currentTerm: async () => 1, onChange() {} },
    hasApplication: () => given.hasApplication,
    log: { info() {}, warn() {}, error() {} },
  })
  const hear = (...heard: Peer[]) => {
    for (const [index, next] of heard.entries()) {
      const ask = async (method: string) => {
        if (method === 'prepare') return given.preparing
        given.promoted.push(next.node)
        return { kind: 'leads' }
      }
      peers[index] = { ...next, ask }
      leading.heard(peers[index])
    }
  }
  return {
    given,
    reign,
    leading,
    hear,
    members: () => reign.set.members.map(({ node, disk }) => `${node} with ${disk}`),
  }
}

async function isCovered({ coverage }: Leading): Promise<boolean> {
  const covered = coverage.whenCovered(at(100), AbortSignal.timeout(20))
  return covered.then(
    () => true,
    () => false,
  )
}

describe('beginLeading', () => {
  it('hands over to a node whose application runs, and to another only when it leaves itself', async () => {
    const { given, leading, hear } = leads(member('a'), member('b'), member('c'))
    const idle = peer('b', at(100))
    const down = { ...idle, report: { ...idle.report!, serves: false } }
    const how = { to: undefined, deadlineMs: 1000, isLeaving: false }
    hear(down, peer('c', at(100)))
    await leading.handOver(how)
    expect(given.promoted).toEqual(['c'])
    await expect(leading.handOver({ ...how, to: 'b' })).rejects.toMatchObject({ code: 'no_target' })
    await leading.handOver({ ...how, to: 'b', isLeaving: true })
    expect(given.promoted).toEqual(['c', 'b'])
  })

  it('lets writes go on until the target is prepared, which one that cannot be does not delay', async () => {
    const { given, leading, hear } = leads(member('a'), member('b'))
    hear(peer('b', at(100)))
    const { promise, reject } = Promise.withResolvers<void>()
    given.preparing = promise
    const how = { to: undefined, deadlineMs: 1000, isLeaving: false }
    const done = leading.handOver(how)
    await expect(leading.handOver(how)).rejects.toMatchObject({ code: 'handover_running' })
    expect(leading.drainingBecause).toBeUndefined()
    reject(new Error('it knows no call "prepare"'))
    await done
    expect(given).toMatchObject({ drainedBecause: ['handover'], promoted: ['b'] })
    expect(leading.drainingBecause).toBeUndefined()
  })

  it('does not wait for what the target prepares when nobody writes here any more', async () => {
    const { given, leading, hear } = leads(member('a'), member('b'))
    hear(peer('b', at(100)))
    given.hasApplication = false
    given.preparing = new Promise(() => {})
    await leading.handOver({ to: undefined, deadlineMs: 1000, isLeaving: false })
    expect(given.promoted).toEqual(['b'])
  })

  it('does not hand over to a target that left the set while it prepared', async () => {
    const { given, reign, leading, hear } = leads(member('a'), member('b'))
    hear(peer('b', at(100)))
    const { promise, resolve } = Promise.withResolvers<void>()
    given.preparing = promise
    const done = leading.handOver({ to: 'b', deadlineMs: 1000, isLeaving: false })
    reign.set = { ...reign.set, members: [member('a')] }
    resolve()
    await expect(done).rejects.toMatchObject({ code: 'no_target' })
    expect(given.promoted).toEqual([])
  })

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

  it('counts the members of a set that may come to be, until that is known', async () => {
    const { reign, leading, hear } = leads(member('a'), member('b'))
    hear(peer('b', at(100)))
    expect(await isCovered(leading)).toBe(true)
    reign.pendingSet = { ...reign.set, version: 2, members: [...reign.set.members, member('c')] }
    expect(await isCovered(leading)).toBe(false)
    hear(peer('b', at(100)), peer('c', at(100)))
    expect(await isCovered(leading)).toBe(true)
  })

  it('counts a member that is about to be dropped, until that is known', async () => {
    const { reign, leading } = leads(member('a'), member('b'))
    reign.pendingSet = { ...reign.set, version: 2, members: [member('a')] }
    expect(await isCovered(leading)).toBe(false)
  })

  it('counts a node from the moment that it may join', async () => {
    const { leading, hear, members } = leads(member('a'))
    leading.coverage.produced(at(98))
    expect(await isCovered(leading)).toBe(true)
    hear(peer('b', at(98)))
    expect(await isCovered(leading)).toBe(false)
    hear(peer('b', at(100)))
    expect(members()).toEqual(['a with disk of a', 'b with disk of b'])
    expect(await isCovered(leading)).toBe(true)
  })

  it('does not take what another disk has for what the member has', async () => {
    const { reign, leading, hear } = leads(member('a'), member('b'))
    // So that the member is not dropped yet.
    reign.pendingSet = { ...reign.set, version: 2 }
    hear(peer('b', at(100), 'another disk'))
    expect(await isCovered(leading)).toBe(false)
    hear(peer('b', at(100)))
    expect(await isCovered(leading)).toBe(true)
  })

  it('acknowledges nothing with fewer members than are asked for', async () => {
    const { leading } = leadsWith({ minInSync: 2 }, member('a'))
    expect(leading.drainingBecause).toBe('few-members')
    expect(await isCovered(leading)).toBe(false)
  })

  it('takes no writes for which there is no room on its disk, while nobody else could take them', () => {
    const { given, leading, hear } = leads(member('a'), member('b'))
    expect(leading.drainingBecause).toBeUndefined()
    given.isFull = true
    expect(leading.drainingBecause).toBe('full-disk')
    hear(peer('b', at(100)))
    expect(leading.drainingBecause).toBeUndefined()
  })

  it('resigns, and leaves the set, when most of the others live and it cannot reach them', () => {
    const { given, leading } = leads(member('a'), member('b'))
    leading.review()
    expect(given.released).toEqual([])
    given.isIsolated = true
    leading.review()
    expect(given.released).toEqual([{ leave: true }])
  })

  it('acknowledges alone without proof of its lease, for nobody else can have taken it, until another may be in the set', async () => {
    const { reign, leading, hear } = leads(member('a'))
    reign.isProven = false
    expect(await isCovered(leading)).toBe(true)
    reign.pendingSet = withMember(reign.set, member('b'))
    expect(await isCovered(leading)).toBe(false)
    hear({ ...peer('b', at(100)), report: { ...peer('b', at(100)).report!, joins: false } })
    expect(await isCovered(leading)).toBe(true)
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
