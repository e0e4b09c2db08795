import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Cluster, type ClusterNode, eventually, litefs, openCluster, type Part } from '../harness/index.ts'
import { unmount } from '../harness/unmount.ts'

const command = join(import.meta.dirname, '../../apps/cli/bin/atoll.js')
const sitePort = 4000
const origin = 'http://site.test'
const secret = 'of the tests and of nobody else at all'

export interface SiteOptions {
  title: string
  /** False leaves the nodes for the test to start. */
  start?: boolean
  env?: (node: ClusterNode) => NodeJS.ProcessEnv
}

/** The whole program on every node, over LiteFS as published. Every node has a content folder of its own. */
export async function openSiteCluster({ title, start = true, env = () => ({}) }: SiteOptions): Promise<Cluster> {
  const parts = [litefs({ ttl: '2s' }), site(env)]
  const cluster = await openCluster({ title, parts, start: false })
  for (const node of cluster.nodes) {
    writePost(node, 'hello', 'Hello there.')
    writePost(node, 'second', 'Another one.', 'permalinks: [/old/second]')
  }
  try {
    if (start) await startSites(cluster)
  } catch (error) {
    await cluster.close({ keepLogs: true })
    throw error
  }
  return cluster
}

/** The first alone, so that it is primary. */
export async function startSites({ nodes }: Cluster): Promise<void> {
  await nodes[0]!.start()
  await Promise.all(nodes.slice(1).map((node) => node.start()))
  await Promise.all(nodes.map(ready))
}

function site(env: (node: ClusterNode) => NodeJS.ProcessEnv): Part {
  return {
    name: 'site',
    async start(node) {
      const running = node.runScript(command, ['start'], {
        name: 'site',
        env: { ...environmentOf(node), ...env(node) },
      })
      await eventually(`the site on ${node.name} listens`, async () => {
        if (!running.isRunning()) throw new Error(`it ended: ${running.log().slice(-1500)}`)
        return (await ask(node, '/health')).ok
      })
      return running
    },
  }
}

function environmentOf(node: ClusterNode): NodeJS.ProcessEnv {
  return {
    PORT: String(sitePort),
    HOST: '127.0.0.1',
    ATOLL_URL: origin,
    ATOLL_CONTENT: contentOf(node),
    ATOLL_DATA: join(node.folder, 'site'),
    ATOLL_REPLICATION: 'litefs',
    ATOLL_LITEFS_MOUNT: node.mount,
    ATOLL_NODE: node.name,
    ATOLL_REGION: node.region,
    ATOLL_CANDIDATES: 'n1, n2, n3',
    ATOLL_PEERS: 'dns:nodes.atoll.test',
    ATOLL_CLUSTER_SECRET: secret,
  }
}

/** As a supervisor does: what a LiteFS that was killed left mounted is taken away first. */
export async function restartLitefs(node: ClusterNode): Promise<void> {
  await unmount(node.mount)
  await node.restart('litefs')
}

export function contentOf(node: ClusterNode): string {
  return join(node.folder, 'content')
}

export function writePost(node: ClusterNode, slug: string, text: string, more = ''): void {
  const posts = join(contentOf(node), 'posts')
  mkdirSync(posts, { recursive: true })
  writeFileSync(join(posts, `${slug}.md`), `---\ntitle: ${slug}\nslug: ${slug}\n${more}\n---\n\n${text}\n`)
}

export function ask(node: ClusterNode, path: string, headers: Record<string, string> = {}): Promise<Response> {
  return node.fetch(`http://127.0.0.1:${sitePort}${path}`, {
    headers,
    redirect: 'manual',
    signal: AbortSignal.timeout(10_000),
  })
}

/** One tap under a post, as a browser without a script sends it. */
export function react(node: ClusterNode, slug: string, headers: Record<string, string> = {}): Promise<Response> {
  return node.fetch(`http://127.0.0.1:${sitePort}/posts/${slug}/reactions`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: new URLSearchParams({ kind: '👍' }).toString(),
    redirect: 'manual',
    signal: AbortSignal.timeout(10_000),
  })
}

/** The page, once it holds this text. */
export function shows(node: ClusterNode, path: string, text: string): Promise<string> {
  return eventually(`${node.name} shows ${JSON.stringify(text)} at ${path}`, async () => {
    const page = await (await ask(node, path)).text()
    if (!page.includes(text))
      throw new Error(
        page
          .replace(/<[^>]*>/g, ' ')
          .replace(/\s+/g, ' ')
          .slice(0, 500),
      )
    return page
  })
}

export interface Readiness {
  status: string
  reasons: string[]
}

export async function readiness(node: ClusterNode): Promise<Readiness> {
  return (await (await ask(node, '/ready?format=json')).json()) as Readiness
}

export function ready(node: ClusterNode): Promise<Readiness> {
  return eventually(
    `${node.name} is ready`,
    async () => {
      const answer = await readiness(node)
      if (answer.status !== 'ok') throw new Error(JSON.stringify(answer))
      return answer
    },
    { timeoutMs: 30_000 },
  )
}

/** Runs a command of the program on a node, to its end. */
export async function atoll(
  node: ClusterNode,
  args: string[],
  env: NodeJS.ProcessEnv,
): Promise<{ code: number | NodeJS.Signals; output: string }> {
  const own = { PORT: String(sitePort), ATOLL_URL: `http://127.0.0.1:${sitePort}` }
  const running = node.runScript(command, args, { name: `atoll-${args[0]}`, env: { ...own, ...env } })
  const code = await running.ended
  return { code, output: running.log() }
}
