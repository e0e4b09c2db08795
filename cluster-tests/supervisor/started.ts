import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Cluster, type ClusterNode, eventually, openCluster, type Part } from '../harness/index.ts'
import { programPath } from '../programs/programs.ts'

const command = join(import.meta.dirname, '../../apps/cli/bin/atoll.js')
export const sitePort = 4000

/** Nodes that run `atoll start` and nothing else, as on three machines. They share no content; none is started. */
export function openStarted(title: string, nodes = 3): Promise<Cluster> {
  const started: Part = {
    name: 'atoll',
    start: async (node) => node.runScript(command, ['start'], { name: 'atoll', env: environmentOf(node) }),
  }
  return openCluster({ title, nodes, parts: [started], start: false })
}

export function environmentOf(node: ClusterNode): NodeJS.ProcessEnv {
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
    ATOLL_CONTENT: contentOf(node),
    PORT: String(sitePort),
  }
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

/** A command as a person on the node would give it. */
export async function atollOn(node: ClusterNode, ...args: string[]): Promise<{ code: number; out: string }> {
  const ran = node.runScript(command, args, { name: `atoll-${args[0]}`, env: environmentOf(node) })
  const code = await ran.ended
  return { code: Number(code), out: ran.log() }
}
