import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { eventually, type Part, startCluster } from '../harness/index.ts'
import { guardedParts, guardFolder, guardStatus } from './guarded-node.ts'
import { writeThrough } from './load.ts'
import { expectNothingLost } from './nothing-lost.ts'
import { everybodyInSync } from './wellness.ts'

/** A disk of 20 MiB under what lies beside the data; the guard takes it for the disk of the data. */
const smallDisk: Part = {
  name: 'disk',
  async start(node) {
    mkdirSync(guardFolder(node), { recursive: true })
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=20m', 'tmpfs', guardFolder(node)])
    return node.run('cat', [], { name: 'disk' })
  },
}

describe('a disk that fills up', () => {
  it('makes the node hand over and leave the set, and come back when there is room again', async (t) => {
    const parts = [smallDisk, ...guardedParts(() => ({ leastFreeBytes: 5 << 20 }))]
    const cluster = await startCluster(t, { parts })
    t.onTestFinished(() => {
      for (const node of cluster.nodes) execFileSync('umount', ['--lazy', guardFolder(node)])
    })
    await everybodyInSync(cluster)
    const load = writeThrough(cluster.nodes)
    t.onTestFinished(() => load.stop())
    const full = await cluster.primary()
    const other = cluster.nodes.find((node) => node !== full)!

    const filler = join(guardFolder(full), 'filler')
    writeFileSync(filler, Buffer.alloc(16 << 20))
    await eventually('another leads, without it', async () => {
      const { holder, members } = await guardStatus(other)
      return holder !== undefined && holder !== full.name && members.length === 2
    })
    expect((await guardStatus(full)).joins).toBe(false)
    await load.nextWrite()

    rmSync(filler)
    await everybodyInSync(cluster)
    await load.stop()
    await expectNothingLost(cluster, load)
  })
})
