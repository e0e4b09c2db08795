import { randomUUID } from 'node:crypto'
import { connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import type { Host } from './network.ts'
import type { ClusterNode } from './node.ts'
import type { Switch } from './switch.ts'

export interface RouteOptions {
  /** On whose address it listens. */
  at: ClusterNode
  port: number
  /** Where it leads, as seen from the node it is at: `127.0.0.1:4000` for a service that listens on loopback. */
  to: string
  /** As seen from another node. */
  toHost?: Host
}

/** A TCP address whose connections the test can hold up or cut at a chosen moment. */
export interface Route {
  /** Connections made so far. */
  readonly connections: number
  /**
   * Lets the next request through, waits for the first byte of its reply, and cuts the connection in place of passing
   * that byte on: it was done, and whoever asked does not know. Resolves when it happened.
   */
  loseNextReply(): Promise<void>
  /** Nothing passes in either direction until `pass()`. */
  hold(): void
  /** Each piece passes this much later. */
  slow(delayMs: number): void
  /** New connections are refused and those there are, are cut, until `pass()`. */
  refuse(): void
  pass(): void
  close(): Promise<void>
}

type Mode = { kind: 'pass' } | { kind: 'hold' } | { kind: 'slow'; delayMs: number } | { kind: 'refuse' }

export async function openRoute(fabric: Switch, options: RouteOptions): Promise<Route> {
  const { at, port, to, toHost = at } = options
  const id = randomUUID()
  const entry = join(at.folder, 'doors', `${id}-in`)
  const exit = join(at.folder, 'doors', `${id}-out`)
  const pairs = new Set<[Socket, Socket]>()
  const lost: (() => void)[] = []
  let mode: Mode = { kind: 'pass' }
  let connections = 0

  const server = createServer((near) => {
    connections++
    if (mode.kind === 'refuse') return near.destroy()
    const pair: [Socket, Socket] = [near, connect(exit)]
    pairs.add(pair)
    for (const socket of pair) socket.on('error', () => {}).on('close', () => end(pair))
    passBetween(pair)
  })

  function passBetween(pair: [Socket, Socket]) {
    const [near, far] = pair
    near.on('data', (piece: Buffer) => send(far, piece))
    far.on('data', (piece: Buffer) => {
      const happened = lost.shift()
      if (!happened) return send(near, piece)
      end(pair)
      happened()
    })
    near.on('end', () => far.end())
    far.on('end', () => near.end())
    if (mode.kind === 'hold') for (const socket of pair) socket.pause()
  }

  function send(socket: Socket, piece: Buffer) {
    if (mode.kind === 'slow') setTimeout(() => socket.write(piece), mode.delayMs)
    else socket.write(piece)
  }

  function end(pair: [Socket, Socket]) {
    pairs.delete(pair)
    for (const socket of pair) socket.destroy()
  }

  await new Promise<void>((resolve) => server.listen(entry, resolve))
  await fabric.door(`${id} out`, { socket: exit }, { namespace: toHost.namespace, address: to })
  await fabric.door(`${id} in`, { namespace: at.namespace, address: `${at.urlHost}:${port}` }, { socket: entry })

  return {
    get connections() {
      return connections
    },
    loseNextReply: () => new Promise((resolve) => lost.push(resolve)),
    hold() {
      mode = { kind: 'hold' }
      for (const socket of [...pairs].flat()) socket.pause()
    },
    slow(delayMs) {
      mode = { kind: 'slow', delayMs }
    },
    refuse() {
      mode = { kind: 'refuse' }
      for (const pair of pairs) end(pair)
    },
    pass() {
      mode = { kind: 'pass' }
      for (const socket of [...pairs].flat()) socket.resume()
    },
    async close() {
      await fabric.shut(`${id} in`)
      await fabric.shut(`${id} out`)
      for (const pair of pairs) end(pair)
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
