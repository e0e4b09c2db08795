import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import {
  type ClusterKeys,
  dialSecurely,
  type HostPort,
  listenSecurely,
  parseAddress,
  type SecureListener,
} from '@atoll/cluster'
import { guardService } from './peers.ts'

/** The service that carries LiteFS's own protocol: its stream, and its requests for a handover. */
export const litefsService = 'atoll-litefs'

export interface LinksOptions {
  /** The one port that other nodes reach. */
  listen: HostPort
  keys: ClusterKeys
  /** LiteFS's own address on loopback. */
  litefs: HostPort
  /** Serves another guard. */
  onGuard(stream: Duplex): void
  /** Other services on the same port: a connection to each is passed on, decrypted, to a unix socket. */
  passOn?: Record<string, string>
}

export interface Links {
  readonly listener: SecureListener
  /**
   * An address on loopback whose other end is that node's LiteFS, for one reign. The one of an earlier reign is closed
   * with everything that goes through it: nobody follows a primary that was deposed.
   */
  openTo(node: string, address: string, term: number): Promise<HostPort>
  /** The lease is of another reign by now, or of none: LiteFS would follow a deposed primary as long as it speaks. */
  closeUnless(term: number | undefined): void
  /** Ends what goes to the node; the address stays and can be tried again. */
  cut(node: string): void
  close(): Promise<void>
}

interface NearEnd {
  term: number
  node: string
  server: Server
  at: HostPort
  streams: Set<Duplex>
}

/** Carries LiteFS between nodes, encrypted and authenticated. LiteFS itself listens and dials on loopback only. */
export async function openLinks({ listen, keys, litefs, onGuard, passOn = {} }: LinksOptions): Promise<Links> {
  const passed = Object.entries(passOn).map(
    ([service, path]) => [service, (socket: Duplex) => join(socket, connect({ path }))] as const,
  )
  const listener = await listenSecurely({
    listen,
    keys,
    services: {
      [guardService]: onGuard,
      [litefsService]: (socket) => join(socket, connect(litefs)),
      ...Object.fromEntries(passed),
    },
  })
  let near: NearEnd | undefined
  let opening: Promise<unknown> = Promise.resolve()

  return {
    listener,
    openTo(node, address, term) {
      const opened = opening.then(() => openNear(node, address, term))
      opening = opened.catch(() => {})
      return opened
    },
    closeUnless(term) {
      if (near?.term !== term) closeNear()
    },
    cut(node) {
      if (near?.node === node) for (const stream of near.streams) stream.destroy()
    },
    async close() {
      closeNear()
      await listener.close()
    },
  }

  async function openNear(node: string, address: string, term: number): Promise<HostPort> {
    if (near?.term === term && near.node === node) return near.at
    closeNear()
    const streams = new Set<Duplex>()
    const server = createServer((local) => void carry(local, address, streams))
    server.listen(0, '127.0.0.1')
    await new Promise((resolve, reject) => server.once('listening', resolve).once('error', reject))
    near = { term, node, server, streams, at: { host: '127.0.0.1', port: (server.address() as AddressInfo).port } }
    return near.at
  }

  function closeNear() {
    near?.server.close()
    for (const stream of near?.streams ?? []) stream.destroy()
    near = undefined
  }

  async function carry(local: Socket, address: string, streams: Set<Duplex>) {
    local.on('error', () => local.destroy())
    streams.add(local)
    local.once('close', () => streams.delete(local))
    try {
      const far = await dialSecurely({ to: parseAddress(address), keys, service: litefsService, timeoutMs: 1500 })
      if (local.destroyed) far.destroy()
      else join(local, far)
    } catch {
      local.destroy()
    }
  }
}

/** What ends one ends the other. */
function join(a: Duplex, b: Duplex) {
  for (const [from, to] of [
    [a, b],
    [b, a],
  ] as const) {
    from.on('error', () => from.destroy())
    from.on('close', () => to.destroy())
    from.pipe(to)
  }
}
