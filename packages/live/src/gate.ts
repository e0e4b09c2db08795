import type { IncomingMessage } from 'node:http'

export type Entrance = { kind: 'open'; address: string } | { kind: 'refused'; status: 403 | 429 | 503; reason: string }

export interface Gate {
  /** Whether this request may become a connection. Whoever enters must leave. */
  enter(request: IncomingMessage): Entrance
  leave(address: string): void
  /** Whether a message that is not a connection may come in. */
  isOurs(request: IncomingMessage): boolean
  /** Who asks, for the limits. */
  addressOf(request: IncomingMessage): string
}

interface GateOptions {
  /** Public address of the site. */
  origin: string
  clientAddress: (request: IncomingMessage) => string
  isLeaving: () => boolean
  maxConnections: number
  maxPerAddress: number
}

/**
 * Who may connect. Browsers let a script of any site open a WebSocket to this one, with the reader's address and
 * cookies; they only tell the truth about where it comes from. So what names another origin is refused, and what names
 * none is no browser: it has no reader whose rights it could borrow.
 */
export function openGate({ origin, clientAddress, isLeaving, maxConnections, maxPerAddress }: GateOptions): Gate {
  const perAddress = new Map<string, number>()
  let connections = 0

  return {
    enter(request) {
      if (!isOurs(request)) return refuse(403, 'another site cannot listen here')
      if (isLeaving() || connections >= maxConnections) return refuse(503, 'this node takes no more connections')
      const address = clientAddress(request)
      const count = perAddress.get(address) ?? 0
      if (count >= maxPerAddress) return refuse(429, 'too many connections from this address')
      perAddress.set(address, count + 1)
      connections++
      return { kind: 'open', address }
    },
    leave(address) {
      const count = perAddress.get(address) ?? 0
      if (count > 1) perAddress.set(address, count - 1)
      else perAddress.delete(address)
      connections--
    },
    isOurs,
    addressOf: clientAddress,
  }

  /** The address in the request counts too: a site may be reached by several names, and in development by any. */
  function isOurs({ headers }: IncomingMessage): boolean {
    const from = headers.origin
    if (from === undefined || from === origin) return true
    return URL.canParse(from) && headers.host !== undefined && new URL(from).host === headers.host
  }
}

function refuse(status: 403 | 429 | 503, reason: string): Entrance {
  return { kind: 'refused', status, reason }
}
