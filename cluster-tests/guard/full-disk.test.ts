import { execFileSync } from 'node:child_process'
import { closeSync, openSync, statfsSync, writeSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, type TestContext } from 'vitest'
import { type ClusterNode, eventually, type Part, startCluster } from '../harness/index.ts'
import { guardedParts, guardStatus } from './guarded-node.ts'
import { keysOf, writeThrough } from './load.ts'
import { expectNothingLost } from './nothing-lost.ts'
import { everybodyInSync, mend } from './wellness.ts'

/** A disk of 20 MiB under LiteFS's own files. */
const smallDisk: Part = {
  name: 'disk',
  async start(node) {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=20m', 'tmpfs', node.data])
    return node.run('cat', [], { name: 'disk' })
  },
}

const fillerOf = (node: ClusterNode) => join(node.data, 'filler')

function fillUp(node: ClusterNode, { leaveBytes }: { leaveBytes: number }) {
  const { bavail, bsize } = statfsSync(node.data)
  const filler = openSync(fillerOf(node), 'w')
  try {
    for (let left = bavail * bsize - leaveBytes; left > 0; left -= bsize) writeSync(filler, Buffer.alloc(bsize))
  } catch (error) {
    // LiteFS took of the same disk meanwhile.
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
  } finally {
    closeSync(filler)
  }
}

async function openSmallDisks(t: TestContext, nodes = 3) {
  const settings = (node: ClusterNode) => ({ litefsFolder: node.data, leastFreeBytes: 5 << 20 })
  const cluster = await startCluster(t, { nodes, parts: [smallDisk, ...guardedParts(settings)] })
  t.onTestFinished(() => {
    for (const node of cluster.nodes) execFileSync('umount', ['--lazy', node.data])
  })
  await everybodyInSync(cluster)
  const load = writeThrough(cluster.nodes)
  t.onTestFinished(() => load.stop())
  await load.nextWrite()
  return { cluster, load, primary: await cluster.primary() }
}

describe('a disk of LiteFS that fills up', () => {
  it('makes the primary hand over and leave the set, and come back when there is room again', async (t) => {
    const { cluster, load, primary } = await openSmallDisks(t)
    const other = cluster.nodes.find((node) => node !== primary)!
    fillUp(primary, { leaveBytes: 4 << 20 })
    await eventually('another leads, without it', async () => {
      const { holder, members } = await guardStatus(other)
      return holder !== undefined && holder !== primary.name && members.length === 2
    })
    expect((await guardStatus(primary)).joins).toBe(false)
    await load.nextWrite()

    await rm(fillerOf(primary))
    await everybodyInSync(cluster)
    await load.stop()
    await expectNothingLost(cluster, load)
  })

  it('keeps nobody waiting on a replica that has no byte left, which comes back when there is room again', async (t) => {
    const { cluster, load, primary } = await openSmallDisks(t)
    const full = cluster.nodes.find((node) => node !== primary)!
    fillUp(full, { leaveBytes: 0 })
    await eventually('it is out of the set', async () => !(await guardStatus(primary)).members.includes(full.name))
    await load.nextWrite()
    expect(await cluster.primary()).toBe(primary)

    await rm(fillerOf(full))
    await mend(cluster)
    await everybodyInSync(cluster)
    await load.stop()
    await expectNothingLost(cluster, load)
  })

  it('makes a node that nobody can take over from wait with its writes and go on with its reads', async (t) => {
    const { cluster, load, primary } = await openSmallDisks(t, 1)
    const { pid } = primary.part('litefs')
    fillUp(primary, { leaveBytes: 4 << 20 })
    await eventually('its application is told to wait', async () => {
      const response = await primary.fetch('http://127.0.0.1:3000/one-more', { method: 'POST' })
      return (await response.text()) === 'the lease is draining'
    })
    expect((await guardStatus(primary)).lease).toMatchObject({ because: 'full-disk' })
    expect(await keysOf(primary)).toEqual(expect.arrayContaining([...load.acknowledged.keys()]))

    await rm(fillerOf(primary))
    await load.nextWrite()
    await load.stop()
    expect(primary.part('litefs').pid).toBe(pid)
    await expectNothingLost(cluster, load)
  })

  it('keeps the lease from a node that starts on it, until there is room', async (t) => {
    const { cluster, load, primary } = await openSmallDisks(t, 1)
    fillUp(primary, { leaveBytes: 4 << 20 })
    await eventually('it is full', async () => !(await guardStatus(primary)).joins)
    await primary.kill('app')
    await primary.kill('litefs')
    await primary.start('litefs')
    await eventually('it is refused', () => primary.part('guard').log().includes('its disk is full'))
    expect((await guardStatus(primary)).holder).toBeUndefined()

    await rm(fillerOf(primary))
    await primary.start()
    await load.nextWrite()
    await load.stop()
    await expectNothingLost(cluster, load)
  })
})
