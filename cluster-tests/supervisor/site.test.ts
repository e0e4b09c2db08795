import { readFileSync } from 'node:fs'
import { exitCodes } from '@atoll/supervisor'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Cluster, ClusterNode } from '../harness/index.ts'
import { atollOn, everywhere, openStarted, writePost } from './started.ts'

let cluster: Cluster

function childOf(node: ClusterNode, pattern: RegExp): number {
  const { pid } = node.part('atoll')
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number)
  return children.find((child) => pattern.test(readFileSync(`/proc/${child}/cmdline`, 'utf8')))!
}

function userOf(pid: number): number {
  return Number(/^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1])
}

describe('atoll start on three nodes', () => {
  beforeAll(async () => {
    cluster = await openStarted('atoll-start')
    for (const node of cluster.nodes) writePost(node, 'hello')
    await Promise.all(cluster.nodes.map((node) => node.start()))
  })

  let hasFailed = false
  beforeEach(({ onTestFailed }) =>
    onTestFailed(() => {
      hasFailed = true
    }),
  )
  afterAll(() => cluster?.close({ keepLogs: hasFailed }))

  it('is one site from one command each, and only LiteFS and its supervisor are root', async () => {
    await everywhere(cluster, '/posts/hello')
    for (const node of cluster.nodes) {
      expect([/mount\0-config/, /guard-process/, /\0serve/].map((child) => userOf(childOf(node, child)))).toEqual([
        0, 65534, 65534,
      ])
    }
  })

  it('hands over by command', async () => {
    const primary = await cluster.primary()
    const { code, out } = await atollOn(primary, 'handover')
    expect([code, out]).toEqual([0, expect.stringMatching(/n\d is primary/)])
    expect((await cluster.primary()).name).not.toBe(primary.name)
  })

  it('is deployed node by node, each ending by itself', async () => {
    for (const node of cluster.nodes) {
      expect(await node.part('atoll').stop({ timeoutMs: 40_000 })).toBe(exitCodes.stopped)
      await node.start()
      await everywhere(cluster, '/posts/hello')
    }
  })

  it('forgets a node that does not come back', async () => {
    const primary = await cluster.primary()
    const gone = cluster.nodes.find((node) => node !== primary)!
    await gone.kill()
    const { code, out } = await atollOn(primary, 'remove', gone.name)
    expect([code, out]).toEqual([0, expect.stringContaining(`${gone.name} is out of the cluster`)])
  })
})
