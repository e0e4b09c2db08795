import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { askGuard } from '../../packages/supervisor/src/guard/index.ts'
import { type Cluster, type ClusterNode, eventually, startCluster, type TestOwner } from '../harness/index.ts'
import { guardedParts, guardFolder, guardSocket, guardStatus } from './guarded-node.ts'
import { writeThrough } from './load.ts'
import { expectNothingLost } from './nothing-lost.ts'
import { everybodyInSync } from './wellness.ts'

describe('the in-sync set', () => {
  it('refuses the lease to a member that came back with an older disk', async (t) => {
    const cluster = await inSync(t)
    const [primary, member, other] = cluster.nodes as [ClusterNode, ClusterNode, ClusterNode]
    const load = await underLoad(t, cluster)
    await other.kill()
    await setIs(primary, ['n1', 'n2'])

    await member.kill()
    const older = keepDisk(member)
    await setIs(primary, ['n1'])
    await member.start()
    await setIs(primary, ['n1', 'n2'])
    await load.nextWrite()
    await load.stop()
    await primary.kill()
    await member.kill()
    older.putBack()

    await member.start()
    await eventually('it is refused', () => saidWhyNot(member, 'older than the last acknowledged write'))
    await primary.start()
    await other.start()
    await everybodyInSync(cluster)
    await expectNothingLost(cluster, load)
  })

  it('refuses the lease to a node that slept through writes, also when Consul has forgotten everything', async (t) => {
    const cluster = await inSync(t)
    const [first, second, stale] = cluster.nodes as [ClusterNode, ClusterNode, ClusterNode]
    const load = await underLoad(t, cluster)
    await stale.kill()
    await setIs(first, ['n1', 'n2'])
    await load.nextWrite()
    await load.stop()
    await second.kill()
    // It gives the lease back: a node outside the set takes it from nobody, and Consul keeps it for twenty seconds.
    await first.stop()

    await stale.start()
    await eventually('it is refused', () => saidWhyNot(stale, 'not in the in-sync set'))
    await cluster.consul.wipe()
    await eventually('it is refused again', () => saidWhyNot(stale, 'Consul lost the set, and no answer from'))

    await second.start()
    await first.start()
    await everybodyInSync(cluster)
    await expectNothingLost(cluster, load)
  })

  it('is restored from the members when Consul is wiped under load', async (t) => {
    const cluster = await inSync(t)
    const load = await underLoad(t, cluster)
    await cluster.consul.wipe()
    await load.nextWrite()
    await everybodyInSync(cluster)
    await load.stop()
    await expectNothingLost(cluster, load)
  })

  it('refuses the lease to a former primary for which Consul is put back to the time when it led', async (t) => {
    const cluster = await inSync(t)
    const [former, ...others] = cluster.nodes as [ClusterNode, ClusterNode, ClusterNode]
    const load = await underLoad(t, cluster)
    const older = await cluster.consul.keepState()
    await former.kill()
    await load.nextWrite()
    const next = await cluster.primary()
    await setIs(next, ['n2', 'n3'])
    await load.nextWrite()
    await load.stop()
    // Their guards go on, and nobody else wants the lease.
    for (const node of others) await node.kill('app')
    for (const node of others) await node.kill('litefs')
    await older.putBack()

    await former.start('guard')
    const starting = former.start('litefs')
    await eventually('it is refused', () => saidWhyNot(former, 'not in the newest in-sync set'))
    for (const node of others) await node.start()
    await starting
    await former.start()
    await everybodyInSync(cluster)
    await expectNothingLost(cluster, load)
  })

  it('goes on with the set that its members know when Consul is put back to an older one under load', async (t) => {
    const cluster = await inSync(t)
    const [primary, , away] = cluster.nodes as [ClusterNode, ClusterNode, ClusterNode]
    const load = await underLoad(t, cluster)
    const older = await cluster.consul.keepState()
    await away.kill()
    await setIs(primary, ['n1', 'n2'])
    const { setVersion } = await guardStatus(primary)
    await older.putBack()
    await load.nextWrite()
    await eventually(
      'Consul has a newer one than both',
      async () => (await guardStatus(primary)).setVersion! > setVersion!,
    )
    await away.start()
    await everybodyInSync(cluster)
    await load.stop()
    await expectNothingLost(cluster, load)
  })

  it('takes in a node with an empty disk under load, once it has everything', async (t) => {
    const cluster = await inSync(t)
    const load = await underLoad(t, cluster)
    const [, node] = cluster.nodes as [ClusterNode, ClusterNode]
    const before = await guardStatus(node)
    await node.kill()
    // By name it would be a member still.
    await setIs(cluster.nodes[0]!, ['n1', 'n3'])
    emptyDisk(node)
    await node.start()
    await everybodyInSync(cluster)
    expect((await guardStatus(node)).disk).not.toBe(before.disk)
    await askGuard(guardSocket(cluster.nodes[0]!), 'handover', { to: node.name })
    await load.nextWrite()
    expect(await cluster.primary()).toBe(node)
    await load.stop()
    await expectNothingLost(cluster, load)
  })

  it('keeps the lease where it is through an outage of Consul, in which nobody writes and everybody reads', async (t) => {
    const cluster = await inSync(t, { consul: { durable: true } })
    const load = await underLoad(t, cluster)
    const { term } = await guardStatus(cluster.nodes[0]!)
    await cluster.consul.stop()
    await eventually('nobody may write', async () => (await guardStatus(cluster.nodes[0]!)).lease.kind === 'not-held')
    for (const node of cluster.nodes) expect((await node.fetch('http://127.0.0.1:3000/keys')).ok).toBe(true)
    await cluster.consul.start()
    await load.nextWrite()
    expect((await guardStatus(cluster.nodes[0]!)).term).toBe(term)
    await load.stop()
    await expectNothingLost(cluster, load)
  })

  it('lets a person go on without the members, and keeps a copy of what one of them had', async (t) => {
    const cluster = await inSync(t)
    const [lost, other, chosen] = cluster.nodes as [ClusterNode, ClusterNode, ClusterNode]
    const load = await underLoad(t, cluster)
    await other.kill()
    await chosen.kill()
    await setIs(lost, ['n1'])
    await load.nextWrite()
    await load.stop()
    await lost.kill()

    await chosen.start()
    const asked = await eventually('the lease is free', () => askGuard(guardSocket(chosen), 'accept-loss', {}))
    if (asked.kind !== 'confirm') throw new Error('it did not ask back')
    expect(asked.mayBeLost).toContain('members with every acknowledged write: n1')
    await expect(askGuard(guardSocket(chosen), 'accept-loss', { confirmation: 'other' })).rejects.toMatchObject({
      code: 'bad_confirmation',
    })
    await askGuard(guardSocket(chosen), 'accept-loss', { confirmation: asked.confirmation })
    expect(await cluster.primary()).toBe(chosen)

    await chosen.start()
    const later = await underLoad(t, cluster)
    await lost.start()
    await eventually('a copy of it is kept', () => lost.part('guard').log().includes('its database was copied'))
    await other.start()
    await everybodyInSync(cluster)
    await later.stop()
    await expectNothingLost(cluster, later)
  })

  it('begins anew on an empty disk when a person accepts that every other is gone', async (t) => {
    const cluster = await inSync(t, { nodes: 1 })
    const node = cluster.nodes[0]!
    const load = await underLoad(t, cluster)
    await load.stop()
    await node.kill()
    emptyDisk(node)
    await node.start('guard')
    await node.start('litefs')
    const asked = await eventually('the lease is free', () => askGuard(guardSocket(node), 'accept-loss', {}))
    if (asked.kind !== 'confirm') throw new Error('it did not ask back')
    await askGuard(guardSocket(node), 'accept-loss', { confirmation: asked.confirmation })
    // Consul still has LiteFS's name of the former cluster, under which an empty disk never leads.
    expect(await cluster.primary()).toBe(node)
    await node.start()
    const later = await underLoad(t, cluster)
    await later.stop()
    await expectNothingLost(cluster, later)
  })

  it('forgets a node that is gone for long, which is taken in again when it comes back', async (t) => {
    const cluster = await inSync(t, { nodes: 2 }, () => ({ forgetAfterMs: 2000 }))
    const [primary, gone] = cluster.nodes as [ClusterNode, ClusterNode]
    await gone.kill()
    const peers = async () => (await guardStatus(primary)).peers
    await eventually('it is forgotten', async () => (await peers()).length === 0, { timeoutMs: 40_000 })
    await gone.start()
    await everybodyInSync(cluster)
  })

  it('parks writes below the least number of members', async (t) => {
    const cluster = await inSync(t, {}, () => ({ minInSync: 2 }))
    const [primary, second, third] = cluster.nodes as [ClusterNode, ClusterNode, ClusterNode]
    await second.kill()
    await third.kill()
    await eventually('it waits', async () => (await guardStatus(primary)).lease.kind === 'draining')
    await second.start()
    await eventually('it goes on', async () => (await guardStatus(primary)).lease.kind === 'held')
  })

  it('never holds a node that is no candidate', async (t) => {
    const cluster = await startCluster(t, { parts: guardedParts(), candidates: 2 })
    const [first, second, third] = cluster.nodes as [ClusterNode, ClusterNode, ClusterNode]
    await setIs(first, ['n1', 'n2'])
    await expect(askGuard(guardSocket(first), 'handover', { to: third.name })).rejects.toMatchObject({
      code: 'no_target',
    })
    await second.kill()
    await setIs(first, ['n1'])
    await first.stop()
    await eventually('the lease is free', async () => (await guardStatus(third)).holder === undefined)
    expect((await guardStatus(third)).litefs.isPrimary).toBe(false)
  })

  it('forgets a node that a person removed, and does not take its disk in again', async (t) => {
    const cluster = await inSync(t)
    const [primary, , gone] = cluster.nodes as [ClusterNode, ClusterNode, ClusterNode]
    await gone.kill()
    await askGuard(guardSocket(cluster.nodes[1]!), 'remove', { node: gone.name })
    expect((await guardStatus(primary)).peers.map(({ node }) => node)).toEqual(['n2'])
    await gone.start()
    await cluster.caughtUp()
    expect((await guardStatus(primary)).members).not.toContain(gone.name)
  })

  it('brings the lease back to the preferred region', async (t) => {
    const settings = () => ({ preferredRegion: 'nrt', returnAfterMs: 1000 })
    const cluster = await startCluster(t, { parts: guardedParts(settings) })
    const [, , preferred] = cluster.nodes as [ClusterNode, ClusterNode, ClusterNode]
    await eventually('its node leads', async () => (await guardStatus(preferred)).holder === preferred.name)
  })
})

async function inSync(
  t: TestOwner,
  options: Parameters<typeof startCluster>[1] = {},
  settings?: Parameters<typeof guardedParts>[0],
): Promise<Cluster> {
  const cluster = await startCluster(t, { parts: guardedParts(settings), ...options })
  await everybodyInSync(cluster)
  return cluster
}

async function underLoad(t: TestOwner, cluster: Cluster) {
  const load = writeThrough(cluster.nodes)
  t.onTestFinished(() => load.stop())
  await load.nextWrite()
  return load
}

async function setIs(node: ClusterNode, names: string[]) {
  await eventually(`the set is ${names}`, async () => {
    const { members } = await guardStatus(node)
    return String(members.toSorted()) === String(names)
  })
}

function emptyDisk(node: ClusterNode) {
  for (const folder of [node.data, guardFolder(node)]) rmSync(folder, { recursive: true })
}

/** Copies what lies on the disk of a node that does not run. */
function keepDisk(node: ClusterNode) {
  const copy = join(node.folder, 'older')
  const folders = { data: node.data, guard: guardFolder(node) }
  for (const [name, folder] of Object.entries(folders)) cpSync(folder, join(copy, name), { recursive: true })
  return {
    putBack() {
      for (const [name, folder] of Object.entries(folders)) {
        rmSync(folder, { recursive: true })
        cpSync(join(copy, name), folder, { recursive: true })
      }
    },
  }
}

function saidWhyNot(node: ClusterNode, reason: string): boolean {
  return node.part('guard').log().includes(reason)
}
