import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { exitCodes } from '@atoll/supervisor'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Cluster, type ClusterNode, eventually, openCluster, type Part } from '../harness/index.ts'
import { programPath } from '../programs/programs.ts'

const command = join(import.meta.dirname, '../../apps/cli/bin/atoll.js')

function environment(node: ClusterNode): NodeJS.ProcessEnv {
  return {
    ATOLL_REPLICATION: 'litefs',
    ATOLL_CONSUL_URL: node.consulUrl,
    ATOLL_CLUSTER_SECRET: '0123456789abcdef'.repeat(4),
    ATOLL_CLUSTER_ADDRESS: node.address,
    ATOLL_PEERS: 'dns:nodes.atoll.test',
    ATOLL_EXPECTED_NODES: '3',
    ATOLL_NODE: node.name,
    ATOLL_REGION: node.region,
    ATOLL_USER: 'nobody',
    ATOLL_LITEFS: programPath('litefs'),
    ATOLL_LITEFS_MOUNT: node.mount,
    ATOLL_DATA: join(node.folder, 'atoll'),
    ATOLL_CONTENT: join(node.folder, 'content'),
    PORT: '4000',
  }
}

const started: Part = {
  name: 'atoll',
  start: async (node) => node.runScript(command, ['start'], { name: 'atoll', env: environment(node) }),
}

let cluster: Cluster

function writePost(node: ClusterNode, slug: string): void {
  const folder = join(node.folder, 'content', 'posts')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, `${slug}.md`), `---\ntitle: ${slug}\nslug: ${slug}\n---\n\nText of ${slug}.\n`)
}

async function statusOf(node: ClusterNode, path: string): Promise<number> {
  const response = await node.fetch(`http://127.0.0.1:4000${path}`, { signal: AbortSignal.timeout(2000) })
  await response.arrayBuffer()
  return response.status
}

function everywhere(path: string): Promise<unknown> {
  return eventually(
    `${path} is on every node`,
    async () => {
      const statuses = await Promise.all(cluster.nodes.map((node) => statusOf(node, path)))
      if (statuses.some((status) => status !== 200)) throw new Error(`answers: ${statuses}`)
      return true
    },
    { timeoutMs: 40_000, everyMs: 100 },
  )
}

function childOf(node: ClusterNode, pattern: RegExp): number {
  const { pid } = node.part('atoll')
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number)
  return children.find((child) => pattern.test(readFileSync(`/proc/${child}/cmdline`, 'utf8')))!
}

function userOf(pid: number): number {
  return Number(/^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1])
}

/** A command as a person on the node would give it. */
async function run(node: ClusterNode, ...args: string[]): Promise<{ code: number; out: string }> {
  const ran = node.runScript(command, args, { name: `atoll-${args[0]}`, env: environment(node) })
  const code = await ran.ended
  return { code: Number(code), out: ran.log() }
}

describe('atoll start on three nodes', () => {
  beforeAll(async () => {
    cluster = await openCluster({ title: 'atoll-start', nodes: 3, parts: [started], start: false })
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
    await everywhere('/posts/hello')
    for (const node of cluster.nodes) {
      expect([/mount\0-config/, /guard-process/, /\0serve/].map((child) => userOf(childOf(node, child)))).toEqual([
        0, 65534, 65534,
      ])
    }
  })

  it('hands over by command', async () => {
    const primary = await cluster.primary()
    const { code, out } = await run(primary, 'handover')
    expect([code, out]).toEqual([0, expect.stringMatching(/n\d is primary/)])
    expect((await cluster.primary()).name).not.toBe(primary.name)
  })

  it('is deployed node by node, each ending by itself', async () => {
    for (const node of cluster.nodes) {
      expect(await node.part('atoll').stop({ timeoutMs: 40_000 })).toBe(exitCodes.stopped)
      await node.start()
      await everywhere('/posts/hello')
    }
  })

  it('forgets a node that does not come back', async () => {
    const primary = await cluster.primary()
    const gone = cluster.nodes.find((node) => node !== primary)!
    await gone.kill()
    const { code, out } = await run(primary, 'remove', gone.name)
    expect([code, out]).toEqual([0, expect.stringContaining(`${gone.name} is out of the cluster`)])
  })
})
