import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AccessScope, signAccess } from '../../apps/web/src/api/access-token.ts'
import type { Status } from '../../apps/web/src/operations/status.ts'
import { type Cluster, type ClusterNode, eventually, type NodeProcess } from '../harness/index.ts'
import { ask, atoll, openSiteCluster, react, shows } from './site-node.ts'

const secret = 'signs the tokens of these tests and of nothing else'
const tokenFor = (scope: AccessScope) => signAccess(secret, { scopes: [scope], expiresAt: Date.now() + 600_000 })
const statusOf = async (node: ClusterNode) =>
  (await (await ask(node, '/api/status', { authorization: `Bearer ${tokenFor('operate')}` })).json()) as Status

interface Span {
  name: string
  traceId: string
  spanId: string
  parentSpanId: string
}

/** A span that a collector was sent. */
function spanOf(collector: NodeProcess, name: string, trace?: string): Promise<Span> {
  return eventually(`the collector has a span ${name}`, () => {
    const spans = collector
      .log()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Span)
    const found = spans.find((span) => span.name === name && span.traceId === (trace ?? span.traceId))
    if (!found) throw new Error(spans.map((span) => span.name).join(', '))
    return found
  })
}

describe('operating a site on three nodes', () => {
  let cluster: Cluster
  let folder: string
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'atoll-operations-'))
    const env = () => ({
      ATOLL_SECRET: secret,
      ATOLL_BACKUP_TO: join(folder, 'backups'),
      ATOLL_LOG_LEVEL: 'debug',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318',
    })
    cluster = await openSiteCluster({ title: 'operations', env })
  }, 120_000)
  afterAll(async () => {
    await cluster?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('is verified from a replica, which removes what it wrote', async () => {
    const { code, output } = await atoll(await cluster.replica(), ['verify'], { ATOLL_TOKEN: tokenFor('operate') })
    expect(output).not.toContain('FAIL')
    expect(output.match(/^ok {3}a write through n\d is seen everywhere/gm)).toHaveLength(3)
    expect(output.match(/refuses a write beside the layer \(refused\)/g)).toHaveLength(2)
    expect(code).toBe(0)
  })

  it('tells of a write under one request id, and in one trace, where it was made and where it was done', async () => {
    const [primary, replica] = [await cluster.primary(), await cluster.replica()]
    const [there, here] = [primary, replica].map((node) =>
      node.runScript(join(import.meta.dirname, 'collector.ts'), [], { name: 'collector' }),
    )
    expect((await react(replica, 'hello', { 'x-request-id': 'of-this-test' })).status).toBe(303)
    await eventually('the primary logs whose write it took', () => {
      const line = primary
        .part('site')
        .log()
        .split('\n')
        .find((text) => text.includes('of-this-test'))
      expect(JSON.parse(line!)).toMatchObject({ write: 'reactions.toggle', from: replica.name, outcome: 'done' })
      return true
    })
    const taken = await spanOf(there!, 'take reactions.toggle')
    const written = await spanOf(here!, 'write reactions.toggle', taken.traceId)
    const asked = await spanOf(here!, 'POST page', taken.traceId)
    const committed = await spanOf(there!, 'commit', taken.traceId)
    expect([written.parentSpanId, taken.parentSpanId, committed.parentSpanId]).toEqual([
      asked.spanId,
      written.spanId,
      taken.spanId,
    ])
  })

  it('is published to through a replica, and changed on every node', async () => {
    mkdirSync(join(folder, 'content/posts'), { recursive: true })
    writeFileSync(join(folder, 'content/posts/new.md'), '---\ntitle: new\nslug: new\n---\n\nSent to a replica.\n')
    const published = await atoll(
      await cluster.replica(),
      ['publish', join(folder, 'content'), '--to', 'http://127.0.0.1:4000', '--force'],
      {
        ATOLL_TOKEN: tokenFor('publish'),
      },
    )
    expect(published.output).toContain('published in')
    for (const node of cluster.nodes) await shows(node, '/posts/new', 'Sent to a replica.')
    for (const node of cluster.nodes) expect((await ask(node, '/posts/second')).status).toBe(404)
  })

  it('shows on each node who is primary and how far the others are', async () => {
    const primary = await cluster.primary()
    for (const node of cluster.nodes) {
      const { nodes } = await eventually(`${node.name} knows of three nodes and where they are`, async () => {
        const status = await statusOf(node)
        if (status.nodes.length !== 3 || status.nodes.some(({ lagMs }) => lagMs === undefined))
          throw new Error(JSON.stringify(status.nodes))
        return status
      })
      expect(nodes.filter(({ role }) => role === 'primary').map(({ name }) => name)).toEqual([primary.name])
      expect(nodes.filter(({ isHere }) => isHere).map(({ name }) => name)).toEqual([node.name])
      await eventually(`${node.name} was told by all where they are: at the same transaction`, async () => {
        const positions = new Set((await statusOf(node)).nodes.map(({ position }) => position))
        return positions.size === 1 && /^\d+\/[0-9a-f]{16}$/.test([...positions][0] ?? '')
      })
    }
  })

  it('is backed up by one node, and any node tells that the backup could be restored', async () => {
    const { backups } = await eventually('there is a backup, and it was tried out', async () => {
      const status = await statusOf(await cluster.primary())
      if (!status.backups?.drill) throw new Error(JSON.stringify(status.backups))
      return status
    })
    expect(backups).toMatchObject({ backup: { bytes: expect.any(Number) }, drill: { isGood: true } })
  })
})
