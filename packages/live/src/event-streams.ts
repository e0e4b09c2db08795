import { Buffer } from 'node:buffer'
import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Gate } from './gate.ts'
import type { Hub } from './hub.ts'
import type { Message } from './message.ts'
import { maxSaidBytes } from './protocol.ts'
import { readText } from './read-text.ts'
import type { CloseReason, Session, Wire } from './session.ts'

/** For readers whose network lets no WebSocket through: events one way, POST the other. */
export interface EventStreams {
  /** Answers with events until the reader leaves. `headers` in turn, as node:http takes them. */
  open(request: IncomingMessage, response: ServerResponse, headers: readonly string[]): void
  /** Takes `{ session, say: [...] }`. The connection that a message belongs to may be on another node. */
  say(request: IncomingMessage, response: ServerResponse, headers: readonly string[]): Promise<void>
  /** What another node was told for a connection of this one. */
  pass(message: Passed): void
}

export interface Passed {
  session: string
  say: string[]
}

interface EventStreamsOptions {
  hub: Hub
  gate: Gate
  /** Offers a message to the other nodes, because no connection here has that name. */
  passOn?: ((message: Passed) => void) | undefined
}

const maxBodyBytes = maxSaidBytes * 2
const maxSaid = 20

class EventWire implements Wire {
  /** As hard to guess as a key: whoever knows it speaks for the reader. */
  readonly id = randomBytes(16).toString('base64url')
  readonly #response: ServerResponse

  constructor(response: ServerResponse) {
    this.#response = response
  }

  get bufferedBytes(): number {
    return this.#response.writableLength
  }

  tell({ event }: Message): void {
    this.#response.write(event)
  }

  close(reason: CloseReason): void {
    if (reason === 'silent' || reason === 'slow') this.#response.destroy()
    else this.#response.end()
  }
}

export function openEventStreams({ hub, gate, passOn }: EventStreamsOptions): EventStreams {
  const sessions = new Map<string, Session>()

  return {
    open(request, response, headers) {
      const entrance = gate.enter(request)
      if (entrance.kind === 'refused') return answer(response, entrance.status, headers, entrance.reason)
      response.writeHead(200, [
        'Content-Type',
        'text/event-stream; charset=utf-8',
        'Cache-Control',
        'no-store',
        // Proxies of the nginx family collect what they pass on unless they are told not to.
        'X-Accel-Buffering',
        'no',
        ...headers,
      ])
      request.socket.setTimeout(0)
      const wire = new EventWire(response)
      response.on('error', () => {})
      const session = hub.open(wire, entrance.address)
      sessions.set(wire.id, session)
      response.on('close', () => {
        sessions.delete(wire.id)
        hub.end(session)
        gate.leave(entrance.address)
      })
    },
    async say(request, response, headers) {
      if (!gate.isOurs(request)) return answer(response, 403, headers, 'another site cannot speak here')
      const body = await readText(request, maxBodyBytes)
      const message = body === undefined ? undefined : parseBody(body)
      if (!message) return answer(response, 400, headers, 'this is not what a page says')
      if (sessions.has(message.session)) deliver(message)
      else passOn?.(message)
      answer(response, sessions.has(message.session) || passOn ? 202 : 410, headers)
    },
    pass: deliver,
  }

  function deliver({ session: id, say }: Passed): void {
    const session = sessions.get(id)
    if (session) for (const text of say) hub.hear(session, text)
  }
}

function answer(response: ServerResponse, status: number, headers: readonly string[], reason = ''): void {
  const body = reason && `${reason}\n`
  response.writeHead(status, [
    'Content-Type',
    'text/plain; charset=utf-8',
    'Content-Length',
    String(Buffer.byteLength(body)),
    'Cache-Control',
    'no-store',
    ...headers,
  ])
  response.end(body)
}

export function parseBody(text: string): Passed | undefined {
  try {
    const { session, say } = JSON.parse(text) as Record<string, unknown>
    if (typeof session !== 'string' || session.length > 64 || !Array.isArray(say) || say.length > maxSaid)
      return undefined
    return say.every((said) => typeof said === 'string') ? { session, say } : undefined
  } catch {
    return undefined
  }
}
