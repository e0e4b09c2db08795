import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Cluster, type ClusterNode, eventually, openCluster, type Part } from '../harness/index.ts'
import { programPath } from '../programs/programs.ts'

export const sitePort = 4000
export const metricsPort = 9464

/**
 * Nodes that run `atoll start` and nothing else, as on three machines: of this release, or of the one whose files lie in
 * the folder that `releaseOf` names. They share no content; none is started.
 */
export function openStarted(
  title: string,
  nodes = 3,
  releaseOf: (node: ClusterNode) => string | undefined = () => undefined,
): Promise<Cluster> {
  const started: Part = {
    name: 'atoll',
    start: async (node) =>
      node.runScript(programOf(releaseOf(node)), ['start'], { name: 'atoll', env: environmentOf(node) }),
  }
  return openCluster({ title, nodes, parts: [started], start: false })
}

export function programOf(release = join(import.meta.dirname, '../..')): string {
  return join(release, 'apps/cli/bin/atoll.js')
}

/** What makes a node one of the cluster. */
export function membershipOf(node: ClusterNode): NodeJS.ProcessEnv {
  return {
    ATOLL_REPLICATION: 'litefs',
    ATOLL_CONSUL_URL: node.consulUrl,
    ATOLL_CLUSTER_SECRET: '0123456789abcdef'.repeat(4),
    ATOLL_CLUSTER_ADDRESS: node.address,
    ATOLL_PEERS: 'dns:nodes.atoll.test',
    ATOLL_EXPECTED_NODES: String(node.peers.length),
    ATOLL_NODE: node.name,
    ATOLL_REGION: node.region,
  }
}

export function environmentOf(node: ClusterNode): NodeJS.ProcessEnv {
  return {
    ...membershipOf(node),
    ATOLL_USER: 'nobody',
    ATOLL_LITEFS: programPath('litefs'),
    ATOLL_LITEFS_MOUNT: node.mount,
    ATOLL_DATA: dataOf(node),
    ATOLL_CONTENT: contentOf(node),
    ATOLL_METRICS: `127.0.0.1:${metricsPort}`,
    PORT: String(sitePort),
  }
}

function dataOf(node: ClusterNode): string {
  return join(node.folder, 'atoll')
}

export function guardSocketOf(node: ClusterNode): string {
  return join(dataOf(node), 'run/guard.sock')
}

export function contentOf(node: ClusterNode): string {
  return join(node.folder, 'content')
}

/** Writes a post as an editor saves it: whole, under its name. */
export function writePost(node: ClusterNode, slug: string, text = `Text of ${slug}.`, title = slug): void {
  const folder = join(contentOf(node), 'posts')
  mkdirSync(folder, { recursive: true })
  const path = join(folder, `${slug}.md`)
  writeFileSync(`${path}.new`, `---\ntitle: ${title}\nslug: ${slug}\n---\n\n${text}\n`)
  renameSync(`${path}.new`, path)
}

/** Without an icon a browser asks for one, and complains that there is none. */
export function writeIcon(node: ClusterNode): void {
  mkdirSync(contentOf(node), { recursive: true })
  const shape = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0h1v1H0z"/></svg>'
  writeFileSync(join(contentOf(node), 'favicon.svg'), shape)
}

export async function statusOf(node: ClusterNode, path: string): Promise<number> {
  const response = await node.fetch(`http://127.0.0.1:${sitePort}${path}`, { signal: AbortSignal.timeout(2000) })
  await response.arrayBuffer()
  return response.status
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

/** A child of the supervisor. */
export function childOf(node: ClusterNode, pattern: RegExp): number {
  const { pid } = node.part('atoll')
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number)
  return children.find((child) => pattern.test(readFileSync(`/proc/${child}/cmdline`, 'utf8')))!
}

export function everywhere(cluster: Cluster, path: string): Promise<unknown> {
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

let commands = 0

/** A command as a person on the node would give it. */
export async function atollOn(node: ClusterNode, ...args: string[]): Promise<{ code: number; out: string }> {
  // A log of its own for each: it would begin with the output of the one before.
  const name = `atoll-${args[0]}-${++commands}`
  const ran = node.runScript(programOf(), args, { name, env: environmentOf(node) })
  const code = await ran.ended
  return { code: Number(code), out: ran.log() }
}
