import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Cluster, type ClusterNode, eventually, type Part } from '../harness/index.ts'
import { programPath } from '../programs/programs.ts'

const root = join(import.meta.dirname, '../..')
export const sitePort = 4000
export const metricsPort = 9464

/** `atoll start`, of this release or of one whose files lie in another folder. */
export function atollNode(releaseOf: (node: ClusterNode) => string | undefined = () => undefined): Part {
  return {
    name: 'atoll',
    start: async (node) =>
      node.runScript(commandOf(releaseOf(node)), ['start'], { name: 'atoll', env: environmentOf(node) }),
  }
}

export function commandOf(release = root): string {
  return join(release, 'apps/cli/bin/atoll.js')
}

export function environmentOf(node: ClusterNode): NodeJS.ProcessEnv {
  return {
    ATOLL_REPLICATION: 'litefs',
    ATOLL_CONSUL_URL: node.consulUrl,
    ATOLL_CLUSTER_SECRET: '0123456789abcdef'.repeat(4),
    ATOLL_CLUSTER_ADDRESS: node.address,
    ATOLL_PEERS: 'dns:nodes.atoll.test',
    ATOLL_EXPECTED_NODES: String(node.peers.length),
    ATOLL_NODE: node.name,
    ATOLL_REGION: node.region,
    ATOLL_USER: 'nobody',
    ATOLL_LITEFS: programPath('litefs'),
    ATOLL_LITEFS_MOUNT: node.mount,
    ATOLL_DATA: dataOf(node),
    ATOLL_CONTENT: contentOf(node),
    ATOLL_METRICS: `127.0.0.1:${metricsPort}`,
    PORT: String(sitePort),
  }
}

export function dataOf(node: ClusterNode): string {
  return join(node.folder, 'atoll')
}

export function contentOf(node: ClusterNode): string {
  return join(node.folder, 'content')
}

export function writePost(node: ClusterNode, slug: string): void {
  const folder = join(contentOf(node), 'posts')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, `${slug}.md`), `---\ntitle: ${slug}\nslug: ${slug}\n---\n\nText of ${slug}.\n`)
}

export async function statusOf(node: ClusterNode, path: string): Promise<number> {
  const url = `http://127.0.0.1:${sitePort}${path}`
  const response = await node.fetch(url, { signal: AbortSignal.timeout(2000) })
  await response.arrayBuffer()
  return response.status
}

export function guardSocketOf(node: ClusterNode): string {
  return join(dataOf(node), 'run/guard.sock')
}

/** One tap under a post, as a browser without a script sends it; the status of its answer. */
export async function react(node: ClusterNode, slug: string, kind: string): Promise<number> {
  const response = await node.fetch(`http://127.0.0.1:${sitePort}/posts/${slug}/reactions`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ kind }).toString(),
  })
  await response.arrayBuffer()
  return response.status
}

export function everywhere({ nodes }: Pick<Cluster, 'nodes'>, path: string): Promise<unknown> {
  return eventually(
    `${path} is on every node`,
    async () => {
      const statuses = await Promise.all(nodes.map((node) => statusOf(node, path)))
      if (statuses.some((status) => status !== 200)) throw new Error(`answers: ${statuses}`)
      return true
    },
    { timeoutMs: 40_000, everyMs: 100 },
  )
}

/** A child of the supervisor. */
export function childOf(node: ClusterNode, pattern: RegExp): number {
  const { pid } = node.part('atoll')
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number)
  return children.find((child) => pattern.test(readFileSync(`/proc/${child}/cmdline`, 'utf8')))!
}

let commands = 0

/** A command as a person on the node would give it. */
export async function command(node: ClusterNode, ...args: string[]): Promise<{ code: number; out: string }> {
  commands += 1
  const name = `atoll-${args[0]}-${commands}`
  const ran = node.runScript(commandOf(), args, { name, env: environmentOf(node) })
  const code = await ran.ended
  return { code: Number(code), out: ran.log() }
}
