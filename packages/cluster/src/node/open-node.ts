import { randomUUID } from 'node:crypto'
import type { Socket } from 'node:net'
import { type HostPort, plainHost } from '../address.ts'
import type { Handler } from '../calls/answerer.ts'
import type { CallOptions } from '../calls/caller.ts'
import { channelLimits } from '../channel/channel.ts'
import { type Hello, protocols } from '../channel/messages.ts'
import { type Discovery, discover } from '../discovery/discovery.ts'
import { ClusterError } from '../errors.ts'
import { dialSecurely } from '../link/dial.ts'
import { deriveKeys } from '../link/keys.ts'
import type { SecureListener } from '../link/listen.ts'
import { encodeValue } from '../values/encode.ts'
import { createContacts } from './contacts.ts'
import { callService, openFrontDoor, type PassedOn } from './front-door.ts'
import { openSession, type Session, type SessionLimits } from './session.ts'

export interface NodeOptions {
  /** The node's id in the cluster: LiteFS's `hostname`. */
  name: string
  region: string
  version: string
  /** Port 0 takes a free one. A unix socket, when another program holds the port and passes on `callService`. */
  listen: HostPort | PassedOn
  /** At least 32 characters; two while the secret is replaced, the new one first. */
  secret: string | readonly string[]
  discovery: Discovery
  /** What others are to know of this node: its role, its position. Plain data; asked again when it is announced. */
  facts?: () => Record<string, unknown>
  /** Told once when a peer cannot be reached, and again when the reason changes. */
  onProblem?: (address: string, error: ClusterError) => void
  limits?: Partial<SessionLimits>
}

/** Another node that answers. */
export interface Peer {
  name: string
  region: string
  version: string
  address: string
  facts: Record<string, unknown>
}

export interface ClusterNode {
  readonly name: string
  readonly address: HostPort
  /** How many strangers were refused, by reason. */
  readonly refused: SecureListener['refused']
  /** The nodes that are there now, by name; this one is not among them. */
  peers(): Peer[]
  locate(name: string): { address: string } | undefined
  /**
   * Asks a peer that is there. Values arrive as they were sent.
   *
   * @throws ClusterError, or RemoteError for what the handler threw; `applied` says whether it may have run.
   */
  call(address: string, method: string, payload: unknown, options: CallOptions): Promise<unknown>
  /** Answers a method; returns how to stop. */
  handle(method: string, handler: Handler): () => void
  /** Called when a peer came, left, or announced new facts; returns how to stop. */
  onPeersChange(listener: () => void): () => void
  /** Sends the facts to every peer, if they are not what was sent last. */
  announce(): void
  /** The same within half a second, and so at most twice a second: for facts that change all the time. */
  announceLater(): void
  close(): Promise<void>
}

const announceWithinMs = 500

/** Joins the cluster: is reached by the other nodes, finds them, and keeps a connection to each. */
export async function openNode(options: NodeOptions): Promise<ClusterNode> {
  const { name, region, version, discovery, facts = () => ({}), onProblem = () => {} } = options
  const limits = { ...channelLimits, maxInFlight: 1024, maxRunning: 1024, helloMs: 5000, ...options.limits }
  const keys = deriveKeys(options.secret)
  const instance = randomUUID()
  const handlers = new Map<string, Handler>()
  const listeners = new Set<() => void>()
  const guests = new Set<Session>()
  const end = new AbortController()
  let announced = encodeValue(facts())
  let announcing: NodeJS.Timeout | undefined
  const addresses = discover(discovery, end.signal)

  const door = await openFrontDoor(options.listen, keys, (socket) => void welcome(socket).catch(() => {}))
  const contacts = createContacts({
    connect: async (to, signal, onClose) => {
      const socket = await dialSecurely({ to, keys, service: callService, signal })
      return openSession(socket, { hello, handlers, limits, onFacts: changed, onClose })
    },
    isSelf,
    onChange: changed,
    onProblem,
  })
  const finding = findPeers()

  function hello(): Hello {
    return { kind: 'hello', protocols, instance, name, region, version, ...door.told, facts: facts() }
  }

  function isSelf({ peer }: Session): boolean {
    return peer.instance === instance
  }

  async function welcome(socket: Socket): Promise<void> {
    const from = socket.remoteAddress
    const { promise: closed, resolve } = Promise.withResolvers<unknown>()
    const session = await openSession(socket, { hello, handlers, limits, onClose: resolve })
    if (isSelf(session)) return
    guests.add(session)
    // They may have changed since our hello was sent.
    session.announce(facts())
    // Who found us can be found: discovery may take seconds to say so.
    const { port, instance } = session.peer
    const host = session.peer.host ?? (from === undefined ? undefined : plainHost(from))
    const forget = host === undefined ? () => {} : contacts.introduce({ host, port }, instance)
    await closed
    guests.delete(session)
    forget()
  }

  async function findPeers(): Promise<void> {
    for await (const peers of addresses) contacts.discovered(peers)
  }

  function announce(): void {
    clearTimeout(announcing)
    announcing = undefined
    const news = facts()
    const encoded = encodeValue(news)
    if (encoded.equals(announced)) return
    announced = encoded
    for (const guest of guests) guest.announce(news)
  }

  function changed(): void {
    for (const listener of listeners) listener()
  }

  return {
    name,
    address: door.address,
    refused: door.refused,
    peers: () => contacts.sessions().map(([address, session]) => describePeer(address, session)),
    locate(name) {
      const found = contacts.sessions().find(([, session]) => session.peer.name === name)
      return found && { address: found[0] }
    },
    async call(address, method, payload, callOptions) {
      if (end.signal.aborted) throw new ClusterError('closed', `cannot call ${method}: this node was closed`)
      const session = contacts.session(address)
      if (!session) throw new ClusterError('unreachable', `cannot call ${method}: ${address} is not connected`)
      return session.call(method, payload, callOptions)
    },
    handle(method, handler) {
      if (handlers.has(method)) throw new Error(`${method} is handled already`)
      handlers.set(method, handler)
      return () => void handlers.delete(method)
    },
    onPeersChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    announce,
    announceLater() {
      if (!end.signal.aborted) announcing ??= setTimeout(announce, announceWithinMs).unref()
    },
    async close() {
      end.abort()
      clearTimeout(announcing)
      listeners.clear()
      contacts.close()
      await Promise.all([finding, door.close()])
    },
  }
}

function describePeer(address: string, { peer }: Session): Peer {
  const { name, region, version, facts } = peer
  return { name, region, version, address, facts }
}
