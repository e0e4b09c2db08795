import type { IncomingMessage } from 'node:http'
import { type EventStreams, openEventStreams, type Passed } from './event-streams.ts'
import { type Gate, openGate } from './gate.ts'
import { type Hub, type HubOptions, openHub } from './hub.ts'
import { defaultLiveLimits, type LiveLimits } from './limits.ts'
import type { PresenceCluster, PresenceMessage } from './presence.ts'
import { openWebSockets, type WebSockets } from './websockets.ts'

/** What the live part needs of a cluster; without one it is a site on one machine. */
export interface LiveCluster {
  /** Of this node, as the others name it. */
  readonly name: string
  /** Tells every other node, best effort: nothing is said twice, and a node that is away misses it. */
  broadcast(message: LiveMessage): void
  /** Tells one of them, best effort; false if no such node is there. */
  send(node: string, message: LiveMessage): boolean
  /** Calls back with what the other nodes say. Returns how to stop. */
  onMessage(listener: (node: string, message: LiveMessage) => void): () => void
}

/** Plain data: text, numbers, booleans, lists. */
export type LiveMessage = PresenceMessage | ({ kind: 'said' } & Passed)

export interface LiveOptions extends Omit<HubOptions, 'cluster' | 'limits'> {
  cluster?: LiveCluster | undefined
  /** Public address of the site, no trailing slash: pages of other origins are refused. */
  origin: string
  /** Who asks, for the limits; default: the other end of the connection. */
  clientAddress?: ((request: IncomingMessage) => string) | undefined
  limits?: Partial<LiveLimits> | undefined
}

export interface Live extends Hub {
  upgrade: WebSockets['upgrade']
  events: EventStreams['open']
  say: EventStreams['say']
  /** Whether a request that writes comes from this site, as far as a browser says. */
  isOurs: Gate['isOurs']
  /** Asks browsers to move on, lets them go, and ends after at most this time. Closing twice is fine. */
  leave(withinMs?: number): Promise<void>
}

/** Joins connections of both kinds to the pages they show. */
export function openLive({ cluster, origin, clientAddress = remoteAddress, ...options }: LiveOptions): Live {
  const limits = { ...defaultLiveLimits, ...options.limits }
  const hub = openHub({ ...options, limits, cluster: cluster && presenceOf(cluster) })
  const gate = openGate({ origin, clientAddress, isLeaving: () => hub.isLeaving, ...limits })
  const sockets = openWebSockets({ hub, gate })
  const streams = openEventStreams({
    hub,
    gate,
    limits,
    cluster: cluster && { name: cluster.name, send: (node, said) => cluster.send(node, { kind: 'said', ...said }) },
  })
  const stopListening = cluster?.onMessage((_, message) => {
    if (message.kind === 'said') streams.pass(message)
  })
  let leaving: Promise<void> | undefined

  return Object.assign(hub, {
    upgrade: sockets.upgrade,
    events: streams.open,
    say: streams.say,
    isOurs: gate.isOurs,
    leave(withinMs = limits.moveWithinMs) {
      leaving ??= leave(withinMs)
      return leaving
    },
  })

  async function leave(withinMs: number): Promise<void> {
    // Whoever moves last still opens the new connection while this one stands.
    hub.moveOn(withinMs * 0.75)
    const deadline = performance.now() + withinMs
    while (hub.sessions.size > 0 && performance.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 20))
    stopListening?.()
    hub.close()
    sockets.close()
  }
}

function presenceOf({ broadcast, onMessage }: LiveCluster): PresenceCluster {
  return {
    broadcast,
    onMessage: (listener) =>
      onMessage((node, message) => {
        if (message.kind !== 'said') listener(node, message)
      }),
  }
}

function remoteAddress({ socket }: IncomingMessage): string {
  return socket.remoteAddress ?? ''
}
