import { mkdirSync, readFileSync, statSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { exitCodes } from '@atoll/supervisor'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Cluster, type ClusterNode, eventually } from '../harness/index.ts'
import { atollOn, childOf, everywhere, metricsPort, openStarted, writePost } from './started.ts'

function userOf(pid: number): number {
  return Number(/^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1])
}

const salvageOf = (node: ClusterNode) => join(node.folder, 'atoll', 'litefs-guard', 'salvage')

describe('atoll start on three nodes', () => {
  let cluster: Cluster
  beforeAll(async () => {
    cluster = await openStarted('atoll-start')
    for (const node of cluster.nodes) writePost(node, 'hello')
    mkdirSync(salvageOf(cluster.nodes[0]!), { recursive: true })
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
      // What is not there yet at the first start of all is no failure.
      expect(node.part('atoll').log()).not.toMatch(/"level":[56]0,"time":"[^"]*","child":"app"/)
    }
  })

  it('may write the copy of an overtaken database also where root has brought the folder back', () => {
    for (const node of cluster.nodes) expect(statSync(salvageOf(node)).uid).toBe(65534)
  })

  it('leaves the doctor nothing to find on any node', async () => {
    for (const node of cluster.nodes)
      expect(await atollOn(node, 'doctor')).toEqual({ code: 0, out: 'found nothing wrong\n' })
  })

  it('counts strangers on the port between nodes', async () => {
    const node = cluster.nodes[0]!
    const stranger = connect({ host: node.address, port: 4100 }).on('error', () => {})
    stranger.end('GET / HTTP/1.1\r\n\r\n')
    await eventually('it is in the metrics', async () => {
      const response = await node.fetch(`http://127.0.0.1:${metricsPort}/metrics`)
      return /^atoll_strangers_refused\{reason="badHandshake"\} [1-9]/m.test(await response.text())
    })
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
