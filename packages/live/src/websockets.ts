import type { Buffer } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type RawData, WebSocket, WebSocketServer } from 'ws'
import type { Gate } from './gate.ts'
import type { Hub } from './hub.ts'
import type { Message } from './message.ts'
import { maxSaidBytes, packed } from './protocol.ts'
import { type CloseReason, closeCodes, type Session, type Wire } from './session.ts'

export interface WebSockets {
  /** Takes over the connection of a request for an upgrade, or refuses it. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
  close(): void
}

const beat = '{"do":"beat"}'

/** Everything about a socket is on the socket itself: ten thousand of them share these functions. */
class LiveSocket extends WebSocket implements Wire {
  stream: Duplex | undefined
  session: Session | undefined
  hub: Hub | undefined
  gate: Gate | undefined

  get bufferedBytes(): number {
    return this.stream!.writableLength
  }

  /** Past `send`, which frames the same bytes again for each socket. Without extensions it queues nothing either. */
  tell(message: Message): void {
    if (this.readyState !== WebSocket.OPEN) return
    this.stream!.write(this.protocol === packed ? message.packedFrame : message.frame)
  }

  override close(reason?: CloseReason | number): void {
    super.close(typeof reason === 'string' ? closeCodes[reason] : reason)
    // What does not read does not answer a close either.
    if (reason === 'silent' || reason === 'slow') this.terminate()
  }
}

const options = {
  noServer: true,
  clientTracking: false,
  perMessageDeflate: false,
  autoPong: false,
  maxPayload: maxSaidBytes,
  // Whoever does not answer a close is not waited for. The types do not know it yet.
  closeTimeout: 1000,
  WebSocket: LiveSocket,
  handleProtocols: (offered: Set<string>) => offered.has(packed) && packed,
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
        opened.stream = socket
        opened.hub = hub
        opened.gate = gate
        opened.on('message', onMessage)
        opened.on('ping', onPing)
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
  if (session) hub!.hear(session, isBinary ? '' : String(data))
}

/** Answers are bytes too: pings count like messages, and who does not read gets none. */
function onPing(this: WebSocket, data: Buffer): void {
  const { session, hub, bufferedBytes } = this as LiveSocket
  if (!session) return
  hub!.hear(session, beat)
  if (session.isOpen && bufferedBytes === 0) this.pong(data)
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
