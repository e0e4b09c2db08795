import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { answerClientErrors } from './client-errors.ts'
import type { Limits } from './limits.ts'

export interface HttpServer {
  readonly address: AddressInfo
  /** From the call of `close` on; answers then end their connections. */
  readonly isClosing: boolean
  /** Stops listening, lets what was asked be answered, and ends what takes too long. Closing twice is fine. */
  close(): Promise<void>
}

interface HttpServerOptions {
  host: string
  port: number
  limits: Limits
  onRequest: (request: IncomingMessage, response: ServerResponse) => void
  /** Takes the connection of whoever asks for a WebSocket at `/live`; any other upgrade is answered without it. */
  onUpgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void
}

/** Starts listening, with bounds on what a client may send and how slowly. Rejects when the address is taken. */
export async function openHttpServer({
  host,
  port,
  limits,
  onRequest,
  onUpgrade,
}: HttpServerOptions): Promise<HttpServer> {
  const server = createServer(
    {
      maxHeaderSize: limits.maxHeaderBytes,
      headersTimeout: limits.headersTimeoutMs,
      requestTimeout: limits.requestTimeoutMs,
      keepAliveTimeout: limits.keepAliveTimeoutMs,
      connectionsCheckingInterval: Math.min(1000, limits.headersTimeoutMs),
      shouldUpgradeCallback: ({ url, headers }) => url === '/live' && /^websocket$/i.test(headers.upgrade ?? ''),
    },
    onRequest,
  )
  server.maxConnections = limits.maxConnections
  server.setTimeout(limits.idleTimeoutMs)
  server.on('upgrade', onUpgrade)
  answerClientErrors(server)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port }, resolve)
  })
  let closing: Promise<void> | undefined

  return {
    address: server.address() as AddressInfo,
    get isClosing() {
      return closing !== undefined
    },
    close() {
      closing ??= close()
      return closing
    },
  }

  async function close(): Promise<void> {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    // A connection whose answer had begun before becomes idle after it.
    const idle = setInterval(() => server.closeIdleConnections(), 20)
    const last = setTimeout(() => server.closeAllConnections(), limits.closeTimeoutMs)
    await closed
    clearInterval(idle)
    clearTimeout(last)
  }
}
