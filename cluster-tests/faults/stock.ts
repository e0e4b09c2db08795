/** LiteFS as published, and a small application that acknowledges what it committed. */
import { randomUUID } from 'node:crypto'
import { writer } from '../guard/guarded-node.ts'
import { keysOf } from '../guard/load.ts'
import { type ClusterNode, eventually, litefs, litefsInfo, openCluster } from '../harness/index.ts'
import type { Door } from './clients.ts'
import type { Subject } from './subject.ts'

const parts = [litefs({ waitsForPrimary: false }), writer({ isGuarded: false })]

export const stock: Subject = {
  name: 'stock',
  async open({ all, atFirst }) {
    const cluster = await openCluster({ title: 'faults-stock', nodes: all, parts, start: false })
    try {
      for (const node of cluster.nodes.slice(0, atFirst)) await node.start()
      return cluster
    } catch (error) {
      await cluster.close({ keepLogs: true })
      throw error
    }
  },
  door: async () => door,
  pid: (node, program) => node.part(program === 'app' ? 'app' : 'litefs').pid,
  handOver: (_, to) => to.fetch('http://127.0.0.1:20202/promote', { method: 'POST' }).catch(() => {}),
  stopPolitely: (node) => node.stop(),
  async leader(nodes) {
    const infos = await Promise.all(nodes.map((node) => litefsInfo(node).catch(() => undefined)))
    return nodes.find((_, at) => infos[at]?.isPrimary)?.name
  },
  running: ({ nodes }) => nodes,
  async isWell(cluster) {
    const primary = await cluster.primary({ timeoutMs: 60_000 })
    const follow = async () => {
      const infos = await Promise.all(cluster.nodes.map(litefsInfo))
      return infos.every(({ isPrimary, primary: { hostname } }) => isPrimary || hostname === primary.name)
    }
    await eventually('every node follows the primary', follow, { timeoutMs: 60_000 })
  },
  async mend(cluster) {
    await cluster.heal()
    for (const node of cluster.nodes) {
      if (node.state !== 'killed') node.thaw()
      if (!isRunning(node, 'litefs') || !isRunning(node, 'app')) await node.restart()
    }
  },
  async keysOn(node, keys) {
    const asked = new Set(keys)
    const there = await eventually(`${node.name} says what it has`, () => keysOf(node))
    return there.filter((key) => asked.has(key))
  },
}

function isRunning(node: ClusterNode, part: string): boolean {
  try {
    return node.part(part).isRunning()
  } catch {
    // It was never started.
    return true
  }
}

const door: Door = {
  isAnyNodeGood: false,
  restMs: 60,
  createKey: randomUUID,
  async write(node, key, signal) {
    const response = await node.fetch(`http://127.0.0.1:3000/${key}`, { method: 'POST', signal })
    const text = await response.text()
    return response.ok ? { kind: 'acknowledged' } : { kind: 'refused', detail: text.slice(0, 200) }
  },
  async misses(node, key) {
    const response = await node.fetch(`http://127.0.0.1:3000/has/${key}`, { signal: AbortSignal.timeout(5000) })
    return (await response.json()) === true ? undefined : 'it is not there'
  },
  async reads(node) {
    const response = await node.fetch('http://127.0.0.1:3000/has/nothing', { signal: AbortSignal.timeout(2000) })
    return response.ok
  },
}
