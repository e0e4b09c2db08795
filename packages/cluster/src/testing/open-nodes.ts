import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'
import { formatAddress, type HostPort } from '../address.ts'
import { type ClusterNode, type NodeOptions, openNode, type Peer } from '../node/open-node.ts'
import { eventually } from './eventually.ts'

export const secret = 'a secret that only these nodes know'

/** A node on loopback that is closed when the test is over. */
export async function openTestNode(name: string, options: Partial<NodeOptions> = {}): Promise<ClusterNode> {
  const node = await openNode({
    name,
    region: 'lhr',
    version: '1.0.0',
    listen: { host: '::1', port: 0 },
    secret,
    discovery: { kind: 'static', peers: [] },
    ...options,
  })
  onTestFinished(() => node.close())
  return node
}

/** `asker` has a connection to `other`, whose address is `to`. */
export async function openPair(options: Partial<NodeOptions> = {}, via?: (to: HostPort) => Promise<HostPort>) {
  const other = await openTestNode('other', options)
  const to = via ? await via(other.address) : other.address
  const asker = await openTestNode('asker', { discovery: { kind: 'static', peers: [to] }, ...options })
  await seen(asker, 'other')
  return { asker, other, to: formatAddress(to) }
}

/** Waits until a node sees a peer. */
export function seen(node: ClusterNode, name: string): Promise<Peer> {
  return eventually(`${node.name} sees ${name}`, () => node.peers().find((peer) => peer.name === name))
}

export function gone(node: ClusterNode, name: string): Promise<boolean> {
  return eventually(`${node.name} no longer sees ${name}`, () => !node.peers().some((peer) => peer.name === name))
}

export interface Wire {
  address: HostPort
  /** From now on nothing arrives, and nobody is told: a host that vanished. */
  silence(): void
  /** From now on nothing is read: a peer that is too slow. */
  stall(): void
  mend(): void
  /** Breaks every connection. */
  cut(): void
}

/** A wire between two nodes that can be silenced and cut. */
export async function openWire(to: HostPort): Promise<Wire> {
  const ends = new Set<Socket>()
  let isSilent = false
  const server = createServer((near) => {
    const far = connect(to)
    for (const [from, into] of [
      [near, far],
      [far, near],
    ] as const) {
      ends.add(from)
      from.on('error', () => {})
      from.on('data', (bytes) => void (isSilent || into.write(bytes)))
      from.on('close', () => {
        ends.delete(from)
        into.destroy()
      })
    }
  })
  onTestFinished(() => closeServer(server, ends))
  server.listen(0, '::1')
  await once(server, 'listening')
  return {
    address: { host: '::1', port: (server.address() as unknown as HostPort).port },
    silence: () => {
      isSilent = true
    },
    stall: () => {
      for (const end of ends) end.pause()
    },
    mend: () => {
      isSilent = false
      for (const end of ends) end.resume()
    },
    cut: () => {
      for (const end of ends) end.destroy()
    },
  }
}

async function closeServer(server: Server, ends: Set<Socket>): Promise<void> {
  const closed = once(server.close(), 'close')
  for (const end of ends) end.destroy()
  await closed
}
