import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { guardStatus } from '../guard/guarded-node.ts'
import { type Load, writeThrough } from '../guard/load.ts'
import { type Cluster, type ClusterNode, eventually, openCluster, type Part } from '../harness/index.ts'
import { programPath } from '../programs/programs.ts'

/** Nodes under their supervisors, with clients that write through all of them the whole time. */
export interface Supervised {
  readonly cluster: Cluster
  readonly nodes: ClusterNode[]
  /** How long nobody could write because of what happens. */
  gapOf(happening: () => unknown): Promise<number>
  /** Waits until so many nodes are in sync; all that was acknowledged before is then on each of them, once. */
  settle(count: number): Promise<void>
  close(options: { keepLogs: boolean }): Promise<void>
}

const supervisor: Part = {
  name: 'supervisor',
  async start(node) {
    const running = node.runScript(join(import.meta.dirname, 'guarded-program.ts'), [], {
      env: {
        NAME: node.name,
        FOLDER: node.folder,
        ADDRESS: node.urlHost,
        REGION: node.region,
        CONSUL_URL: node.consulUrl,
        CANDIDATE: node.candidate ? 'yes' : 'no',
        LITEFS: programPath('litefs'),
      },
    })
    await eventually(`the app of ${node.name} answers`, async () => {
      if (!running.isRunning()) throw new Error(`it ended: ${running.log().slice(-800)}`)
      return (await node.fetch('http://127.0.0.1:3000/')).ok
    })
    return running
  },
}

export async function startSupervised({ nodes, started = nodes }: { nodes: number; started?: number }) {
  const cluster = await openCluster({ title: 'supervised', nodes, parts: [supervisor], start: false })
  try {
    for (const node of cluster.nodes.slice(0, started)) await node.start()
    await inSync(cluster, started)
    const load = writeThrough(cluster.nodes)
    await load.nextWrite()
    return describeSupervised(cluster, load)
  } catch (error) {
    await cluster.close({ keepLogs: true })
    throw error
  }
}

function describeSupervised(cluster: Cluster, load: Load): Supervised {
  return {
    cluster,
    nodes: cluster.nodes,
    async gapOf(happening) {
      const from = performance.now()
      await happening()
      await load.nextWrite()
      const gap = Math.round(load.longestGapMs(from))
      console.info(`${gap} ms without a write`)
      return gap
    },
    async settle(count) {
      await inSync(cluster, count)
      await load.nextWrite()
      for (const node of cluster.nodes.filter(isRunning)) await hasAll(node, load)
    },
    async close({ keepLogs }) {
      await load.stop()
      await cluster.close({ keepLogs })
    },
  }
}

async function hasAll(node: ClusterNode, { acknowledged }: Load): Promise<void> {
  const wanted = [...acknowledged.keys()]
  await eventually(`${node.name} has all that was acknowledged, once`, async () => {
    const response = await node.fetch('http://127.0.0.1:3000/keys', { signal: AbortSignal.timeout(2000) })
    const keys = (await response.json()) as string[]
    const there = new Set(keys)
    const lost = wanted.filter((key) => !there.has(key))
    if (lost.length > 0 || there.size < keys.length) {
      throw new Error(`lost: ${lost}; twice: ${keys.length - there.size}`)
    }
    return true
  })
}

/** The process of a child of the node's supervisor. */
export function childOf(node: ClusterNode, pattern: RegExp): number {
  const { pid } = node.part('supervisor')
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number)
  const found = children.find((child) => pattern.test(readFileSync(`/proc/${child}/cmdline`, 'utf8')))
  if (found === undefined) throw new Error(`no child of ${node.name} is ${pattern}`)
  return found
}

function inSync(cluster: Cluster, count: number): Promise<boolean> {
  return eventually(
    `${count} nodes are in the in-sync set`,
    async () => {
      const statuses = cluster.nodes.filter(isRunning).map((node) => guardStatus(node).catch(() => undefined))
      const leading = (await Promise.all(statuses)).find((status) => status?.lease.kind === 'held')
      if (leading?.members.length !== count) throw new Error(`in sync: ${leading?.members ?? 'nobody leads'}`)
      return true
    },
    { timeoutMs: 30_000 },
  )
}

function isRunning(node: ClusterNode): boolean {
  try {
    return node.isReachable() && node.part('supervisor').isRunning()
  } catch {
    // It was never started.
    return false
  }
}
