import type { Buffer } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type RawData, WebSocket, WebSocketServer } from 'ws'
import type { Gate } from './gate.ts'
import type { Hub } from './hub.ts'
import { maxSaidBytes } from './protocol.ts'
import { type CloseReason, closeCodes, type Session, type Wire } from './session.ts'

export interface WebSockets {
  /** Takes over the connection of a request for an upgrade, or refuses it. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
  close(): void
}

/** Everything about a socket is on the socket itself: ten thousand of them share these functions. */
class LiveSocket extends WebSocket implements Wire {
  session: Session | undefined
  hub: Hub | undefined
  gate: Gate | undefined

  get bufferedBytes(): number {
    return this.bufferedAmount
  }

  override send(message: Buffer): void {
    super.send(message, asText)
  }

  override close(reason?: CloseReason | number): void {
    super.close(typeof reason === 'string' ? closeCodes[reason] : reason)
    // What does not read does not answer a close either.
    if (reason === 'silent' || reason === 'slow') this.terminate()
  }
}

const asText = { binary: false }

const options = {
  noServer: true,
  clientTracking: false,
  perMessageDeflate: false,
  maxPayload: maxSaidBytes,
  // Whoever does not answer a close is not waited for. The types do not know it yet.
  closeTimeout: 1000,
  WebSocket: LiveSocket,
}

export function openWebSockets({ hub, gate }: { hub: Hub; gate: Gate }): WebSockets {
  const server = new WebSocketServer(options)

  return {
    upgrade(request, socket, head) {
      const entrance = gate.enter(request)
      if (entrance.kind === 'refused') return refuse(socket, entrance)
      const leave = () => gate.leave(entrance.address)
      // Until the handshake is done the connection is not yet ours to watch.
      socket.once('close', leave)
      server.handleUpgrade(request, socket, head, (opened: LiveSocket) => {
        socket.off('close', leave)
        opened.hub = hub
        opened.gate = gate
        opened.on('message', onMessage)
        opened.on('close', onClose)
        opened.on('error', ignore)
        opened.session = hub.open(opened, entrance.address)
      })
    },
    close: () => server.close(),
  }
}

function onMessage(this: WebSocket, data: RawData, isBinary: boolean): void {
  const { session, hub } = this as LiveSocket
  if (session && !isBinary) hub!.hear(session, String(data))
}

function onClose(this: WebSocket): void {
  const { session, hub, gate } = this as LiveSocket
  if (!session) return
  hub!.end(session)
  gate!.leave(session.address)
}

/** A close follows. */
function ignore(): void {}

function refuse(socket: Duplex, { status, reason }: { status: number; reason: string }): void {
  const body = `${reason}\n`
  socket.on('error', ignore)
  // Nobody else watches it now: one that is never closed at the other end would stay, and keep the server from closing.
  socket.once('finish', () => socket.destroy())
  socket.end(
    `HTTP/1.1 ${status} \r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  )
}
