import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import type { Browser, Page } from 'playwright-core'
import { openPage, type WatchedPage } from '../../browser-tests/browser.ts'
import type { ClusterNode } from '../harness/index.ts'

/** Somebody with a browser, near one node. */
export interface NearbyReader extends WatchedPage {
  open(path: string): Promise<void>
  /** Another node is the nearest now, as a load balancer decides when one is gone. */
  moveTo(node: ClusterNode): Promise<void>
  /** New connections go to another node, as a load balancer decides when one is no longer ready. */
  prefer(node: ClusterNode): Promise<void>
}

/** A browser's page that reaches a node's site, which listens inside the node's own network. */
export async function openReader(browser: Browser, node: ClusterNode): Promise<NearbyReader> {
  const door = await openDoor(node)
  const watched = await openPage(browser, { viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce' })
  return {
    ...watched,
    async open(path) {
      await watched.page.goto(`http://127.0.0.1:${door.port}${path}`)
    },
    moveTo: door.moveTo,
    prefer: door.prefer,
    async close() {
      await watched.close()
      await door.close()
    },
  }
}

/** A port of this machine that leads to the site of one node. */
async function openDoor(node: ClusterNode) {
  let path = await node.socketTo('127.0.0.1:4000')
  const sockets = new Set<Socket>()
  const server: Server = createServer((outer) => {
    const inner = connect(path)
    for (const [from, to] of [
      [outer, inner],
      [inner, outer],
    ] as const) {
      sockets.add(from)
      from.on('error', () => to.destroy())
      from.on('close', () => {
        sockets.delete(from)
        to.destroy()
      })
      from.pipe(to)
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const prefer = async (other: ClusterNode) => {
    path = await other.socketTo('127.0.0.1:4000')
  }
  return {
    port: (server.address() as AddressInfo).port,
    prefer,
    async moveTo(other: ClusterNode) {
      await prefer(other)
      for (const socket of sockets) socket.destroy()
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** The button of a reaction, with its number. */
export function reaction(page: Page, kind: string, count: number) {
  return page.getByRole('button', { name: new RegExp(`^${kind} ${count}$`) })
}
