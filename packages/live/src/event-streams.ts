import { Buffer } from 'node:buffer'
import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Gate } from './gate.ts'
import type { Hub } from './hub.ts'
import type { LiveLimits } from './limits.ts'
import type { Message } from './message.ts'
import { maxSaidBytes } from './protocol.ts'
import { limitRate } from './rate.ts'
import { readText } from './read-text.ts'
import type { CloseReason, Session, Wire } from './session.ts'

/** For readers whose network lets no WebSocket through: events one way, POST the other. */
export interface EventStreams {
  /** Answers with events until the reader leaves. `headers` in turn, as node:http takes them. */
  open(request: IncomingMessage, response: ServerResponse, headers: readonly string[]): void
  /**
   * Takes `{ session, say: [...] }`. The connection that a message belongs to may be on another node. Answers 202 once it
   * was taken, and 205 where that connection is no more: the page opens another, which is nothing a browser should
   * report as an error.
   */
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
  limits: Pick<LiveLimits, 'postsPerSecond' | 'postsAtOnce'>
  /** This node's name, and how to pass a message to another one: false if there is none of that name. */
  cluster?: { name: string; send(node: string, message: Passed): boolean } | undefined
}

const maxBodyBytes = maxSaidBytes * 2
const maxSaid = 20
const maxSessionLength = 300

class EventWire implements Wire {
  /** The node that holds the connection, and a part as hard to guess as a key: whoever knows it speaks for the reader. */
  readonly id: string
  readonly #response: ServerResponse

  constructor(response: ServerResponse, node: string) {
    this.id = `${node}.${randomBytes(16).toString('base64url')}`
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

export function openEventStreams({ hub, gate, limits, cluster }: EventStreamsOptions): EventStreams {
  const sessions = new Map<string, Session>()
  const node = cluster?.name ?? ''
  const rate = limitRate({ perSecond: limits.postsPerSecond, atOnce: limits.postsAtOnce })

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
      const wire = new EventWire(response, node)
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
      if (!gate.isOurs(request)) return refuse(403, 'another site cannot speak here')
      // Before a byte of it is read: what is said here may cost another node something too.
      if (!rate.allow(gate.addressOf(request))) return refuse(429, 'wait a moment')
      const body = await readText(request, maxBodyBytes)
      const message = body === undefined ? undefined : parseBody(body)
      if (!message) return refuse(400, 'this is not what a page says')
      answer(response, deliver(message) || passOn(message) ? 202 : 205, headers)

      function refuse(status: number, reason: string) {
        // What was not read might be taken for the next request.
        response.shouldKeepAlive = false
        answer(response, status, headers, reason)
      }
    },
    pass: (message) => void deliver(message),
  }

  function deliver({ session: id, say }: Passed): boolean {
    const session = sessions.get(id)
    if (session) for (const text of say) hub.hear(session, text)
    return session !== undefined
  }

  function passOn(message: Passed): boolean {
    const holder = message.session.slice(0, message.session.lastIndexOf('.'))
    return cluster !== undefined && holder !== node && cluster.send(holder, message)
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
    if (typeof session !== 'string' || session.length > maxSessionLength || !Array.isArray(say) || say.length > maxSaid)
      return undefined
    return say.every((said) => typeof said === 'string') ? { session, say } : undefined
  } catch {
    return undefined
  }
}
