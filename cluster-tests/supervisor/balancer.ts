import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import type { ClusterNode } from '../harness/index.ts'
import { sitePort } from './started.ts'

export interface Balancer {
  readonly port: number
  close(): Promise<void>
}

const askEveryMs = 200

/**
 * One address in front of all nodes, as a platform has it: each connection goes to the next node that says it is ready,
 * and to another when that one refuses it. What a node took on, the balancer neither repeats nor hides.
 */
export async function openBalancer(nodes: readonly ClusterNode[]): Promise<Balancer> {
  const ready = new Set<ClusterNode>()
  const sockets = new Set<Socket>()
  const timer = setInterval(() => void Promise.all(nodes.map(look)), askEveryMs)
  await Promise.all(nodes.map(look))
  let turn = 0
  const server = createServer((outer) => void carry(outer))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      clearInterval(timer)
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }

  async function look(node: ClusterNode) {
    const url = `http://${node.urlHost}:${sitePort}/ready`
    const answer = await fetch(url, { signal: AbortSignal.timeout(1000) }).catch(() => undefined)
    await answer?.arrayBuffer().catch(() => {})
    if (answer?.ok) ready.add(node)
    else ready.delete(node)
  }

  async function carry(outer: Socket) {
    keep(outer)
    const inner = await connectToAny()
    if (!inner || outer.destroyed) {
      inner?.destroy()
      outer.destroy()
      return
    }
    keep(inner)
    for (const [from, to] of [
      [outer, inner],
      [inner, outer],
    ] as const) {
      from.on('close', () => to.destroy())
      from.pipe(to)
    }
  }

  function keep(socket: Socket) {
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => sockets.delete(socket))
  }

  async function connectToAny(): Promise<Socket | undefined> {
    turn += 1
    const from = turn % nodes.length
    for (const node of [...nodes.slice(from), ...nodes.slice(0, from)]) {
      const socket = ready.has(node) && (await connectTo(node))
      if (socket) return socket
      ready.delete(node)
    }
    return undefined
  }
}

function connectTo(node: ClusterNode): Promise<Socket | undefined> {
  const socket = connect({ host: node.address, port: sitePort, timeout: 1000 })
  return new Promise((resolve) => {
    const giveUp = () => {
      socket.destroy()
      resolve(undefined)
    }
    socket.once('error', giveUp).once('timeout', giveUp)
    socket.once('connect', () => {
      socket.off('error', giveUp).off('timeout', giveUp).setTimeout(0)
      resolve(socket)
    })
  })
}
