import type { AddressInfo } from 'node:net'
import { createServer, type Server, type TLSSocket } from 'node:tls'
import type { HostPort } from '../address.ts'
import { ClusterError } from '../errors.ts'
import { findKey, handshakeOptions, identityHint } from './handshake.ts'
import type { ClusterKeys } from './keys.ts'
import { type RefusalCounts, watchStrangers } from './strangers.ts'

export interface ListenOptions {
  /** `::` takes IPv6 and IPv4. Port 0 takes a free one. */
  listen: HostPort
  keys: ClusterKeys
  /**
   * What is spoken here, by name: one port carries several kinds of conversation. A dialler names its own in the
   * handshake; another name is refused there. The sockets have `noDelay` set, and an error handler.
   */
  services: Record<string, (socket: TLSSocket) => void>
  /** Default 5,000. */
  handshakeTimeoutMs?: number
  /** How many connections may be in their handshake at once. Default 64. */
  maxStrangers?: number
}

export interface SecureListener {
  readonly address: HostPort
  readonly refused: Readonly<RefusalCounts>
  /** Ends every connection too, those in their handshake and those that are through. */
  close(): Promise<void>
}

/**
 * Listens for other nodes. Nobody gets further than the handshake without the secret, so nothing of what a stranger
 * sends is parsed by us; how many strangers there are, and for how long, is bounded.
 */
export async function listenSecurely(options: ListenOptions): Promise<SecureListener> {
  const { listen, keys, services, handshakeTimeoutMs = 5000, maxStrangers = 64 } = options
  const strangers = watchStrangers(maxStrangers)
  const admitted = new Set<TLSSocket>()
  const server = createServer({
    ...handshakeOptions,
    handshakeTimeout: handshakeTimeoutMs,
    ALPNProtocols: Object.keys(services),
    pskIdentityHint: identityHint(keys),
    pskCallback: (_socket, identity) => findKey(keys, identity)?.key ?? null,
  })
  server.on('connection', strangers.admit)
  server.on('tlsClientError', (error: NodeJS.ErrnoException, socket) => {
    strangers.refused[error.code === 'ERR_TLS_HANDSHAKE_TIMEOUT' ? 'slowHandshake' : 'badHandshake'] += 1
    socket.destroy()
  })
  server.on('secureConnection', (socket) => {
    strangers.acquit(socket)
    socket.on('error', () => socket.destroy())
    const serve = Object.hasOwn(services, String(socket.alpnProtocol)) && services[String(socket.alpnProtocol)]
    if (!serve) {
      strangers.refused.badHandshake += 1
      return socket.destroy()
    }
    admitted.add(socket)
    socket.once('close', () => admitted.delete(socket))
    socket.setNoDelay(true)
    serve(socket)
  })

  const { address, port } = await bind(server, listen)
  return {
    address: { host: address, port },
    refused: strangers.refused,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve))
      strangers.close()
      for (const socket of admitted) socket.destroy()
      await closed
    },
  }
}

async function bind(server: Server, { host, port }: HostPort): Promise<AddressInfo> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject)
  server.listen({ host, port }, resolve)
  await promise.catch((cause: NodeJS.ErrnoException) => {
    throw new ClusterError('not_listening', `cannot listen on ${host} port ${port}: ${cause.code}`, { cause })
  })
  server.off('error', reject)
  return server.address() as AddressInfo
}
