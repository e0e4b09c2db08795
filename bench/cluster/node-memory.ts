import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ClusterNode, eventually } from '../../cluster-tests/harness/index.ts'
import { contentOf, openStarted, programOf, sitePort } from '../../cluster-tests/supervisor/started.ts'
import { writePosts } from '../content.ts'
import { familyOf, pssAloneMb } from '../memory.ts'

const posts = 1000
const restMs = 60_000

/**
 * What a node needs a minute after its start, with its content in place: process by process, as on a machine of its
 * own; and beside it one machine without LiteFS, so that the difference is what the layer adds.
 */
export async function measureMemory(): Promise<void> {
  const cluster = await openStarted('bench node memory')
  try {
    for (const node of cluster.nodes) writePosts(contentOf(node), posts)
    await Promise.all(cluster.nodes.map((node) => node.start()))
    await Promise.all(cluster.nodes.map((node) => ready(node, sitePort)))
    // A deploy starts a node whose content is there already.
    const [replica] = cluster.nodes.slice(-1) as [ClusterNode]
    await replica.stop()
    const startedAt = performance.now()
    await replica.start()
    await ready(replica, sitePort)
    console.log(`start to ready with LiteFS: ${(performance.now() - startedAt).toFixed(0)} ms (goal ≤ 2000)`)
    const embedded = await startEmbedded(replica)
    await embedded.restart()
    await rest()

    const alone = pssAloneMb(familyOf(embedded.pid()))
    console.log(`one machine, no LiteFS: ${alone.toFixed(0)} MB PSS`)
    for (const node of cluster.nodes) report(node, alone)
  } finally {
    await cluster.close()
  }
}

function report(node: ClusterNode, alone: number) {
  const all = familyOf(node.part('atoll').pid)
  const named = Map.groupBy(all, nameOf)
  const each = [...named].map(([name, pids]) => `${name} ${pssAloneMb(pids).toFixed(0)}`)
  const app = pssAloneMb([...(named.get('site') ?? []), ...(named.get('database') ?? [])])
  console.log(
    `${node.name}: whole node ${pssAloneMb(all).toFixed(0)} MB PSS (goal ≤ 220), site and database process ${app.toFixed(0)} (goal ≤ 150), ` +
      `${(app - alone).toFixed(0)} more than without LiteFS (goal ≤ 80); each alone: ${each.join(', ')}`,
  )
}

function nameOf(pid: number): string {
  const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  if (line.includes('database-process')) return 'database'
  if (line.includes('guard-process')) return 'guard'
  if (/atoll\.js\0serve/.test(line)) return 'site'
  return line.includes('litefs\0mount') ? 'LiteFS' : 'supervisor'
}

async function startEmbedded(node: ClusterNode) {
  const data = join(node.folder, 'embedded')
  mkdirSync(data, { recursive: true })
  const env = { ATOLL_CONTENT: contentOf(node), ATOLL_DATA: data, PORT: '4001', HOST: '127.0.0.1' }
  const start = async () => {
    const running = node.runScript(programOf(), ['start'], { name: 'embedded', env })
    await ready(node, 4001)
    return running
  }
  let running = await start()
  return {
    pid: () => running.pid,
    async restart() {
      process.kill(running.pid, 'SIGTERM')
      await running.ended
      running = await start()
    },
  }
}

function ready(node: ClusterNode, port: number): Promise<boolean> {
  return eventually(
    `${node.name} is ready`,
    async () => {
      const { ok } = await node.fetch(`http://127.0.0.1:${port}/ready`, { signal: AbortSignal.timeout(2000) })
      if (!ok) throw new Error('it is not')
      return true
    },
    { timeoutMs: 120_000, everyMs: 20 },
  )
}

function rest(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, restMs))
}
