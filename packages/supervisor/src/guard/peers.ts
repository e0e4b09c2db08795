import { setTimeout as delay } from 'node:timers/promises'
import { type ClusterKeys, dialSecurely, parseAddress } from '@atoll/cluster'
import { type Conversation, converse } from './conversation.ts'
import { GuardError } from './errors.ts'
import type { NodeRecord } from './records.ts'
import type { Report } from './report.ts'

/** Another node, as this guard hears it. */
export interface Peer {
  readonly node: string
  readonly address: string
  /** The last thing it said of itself on the connection that is open now. */
  readonly report: Report | undefined
  /** For how long it has not answered a ping: it answers only while its LiteFS does. */
  silentForMs(): number
  /** Has its guard gone on writing to Consul after it fell silent here? Then it lives, and the path to it does not. */
  livedOn(): boolean
  ask(method: string, params: unknown, deadlineMs: number): Promise<unknown>
}

export interface PeersOptions {
  self: string
  keys: ClusterKeys
  onReport(peer: Peer): void
  /** It has not answered pings for `silenceMs`. */
  onSilent(node: string): void
  /** Default 250. */
  pingEveryMs?: number
  /** When what is connected to a silent node is cut. Default 1,500. */
  silenceMs?: number
}

export interface Peers {
  all(): Peer[]
  get(node: string): Peer | undefined
  /** Adds nodes, learns new addresses and counts; forgets nobody. */
  learn(records: Pick<NodeRecord, 'node' | 'address'>[]): void
  forget(node: string): void
  close(): Promise<void>
}

export const guardService = 'atoll-guard'

/** Keeps a connection to every other guard, over which it is pinged and says how far its database is. */
export function keepPeers(options: PeersOptions): Peers {
  const { self, keys, onReport, onSilent, pingEveryMs = 250, silenceMs = 1500 } = options
  const peers = new Map<string, ReturnType<typeof keepPeer>>()

  return {
    all: () => [...peers.values()].map(({ peer }) => peer),
    get: (node) => peers.get(node)?.peer,
    learn(records) {
      for (const record of records) {
        if (record.node === self) continue
        if (!peers.has(record.node)) peers.set(record.node, keepPeer(record.node, record.address))
        peers.get(record.node)!.learn(record)
      }
    },
    forget(node) {
      void peers.get(node)?.close()
      peers.delete(node)
    },
    async close() {
      await Promise.all([...peers.values()].map((kept) => kept.close()))
    },
  }

  function keepPeer(node: string, firstAddress: string) {
    const closing = new AbortController()
    let address = firstAddress
    let conversation: Conversation | undefined
    let report: Report | undefined
    let heardAt = Number.NEGATIVE_INFINITY
    let isSilent = true
    let count = 0
    let countWhenHeard: number | undefined

    const peer: Peer = {
      node,
      get address() {
        return address
      },
      get report() {
        return report
      },
      silentForMs: () => performance.now() - heardAt,
      // One writing may have been under way when it fell silent; the second was begun afterwards.
      livedOn: () => countWhenHeard !== undefined && count >= countWhenHeard + 2,
      ask(method, params, deadlineMs) {
        if (conversation) return conversation.ask(method, params, { deadlineMs })
        return Promise.reject(new GuardError('peer_unreachable', `${method}: ${node} is not connected`))
      },
    }
    const running = run()
    return {
      peer,
      learn(record: Pick<NodeRecord, 'address'> & Partial<NodeRecord>) {
        if (record.address !== address) conversation?.close()
        address = record.address
        count = record.count ?? count
        if (record.count !== undefined) countWhenHeard ??= count
      },
      async close() {
        closing.abort()
        conversation?.close()
        await running
      },
    }

    async function run() {
      while (!closing.signal.aborted) {
        await connectOnce().catch(() => {})
        conversation = undefined
        noticeSilence()
        await delay(pingEveryMs, undefined, { signal: closing.signal }).catch(() => {})
      }
    }

    async function connectOnce() {
      const to = parseAddress(address)
      const socket = await dialSecurely({ to, keys, service: guardService, timeoutMs: 1000, signal: closing.signal })
      conversation = converse(socket, { handle: refuse, onTold: (_, payload) => take(payload as Report) })
      report = undefined
      const talk = conversation
      const timer = setInterval(() => void ping(talk), pingEveryMs)
      try {
        talk.tell('hello', { node: self })
        await ping(talk)
        await talk.closed
      } finally {
        clearInterval(timer)
        talk.close()
      }
    }

    async function ping(talk: Conversation) {
      try {
        take((await talk.ask('ping', undefined, { deadlineMs: silenceMs })) as Report)
        heardAt = performance.now()
        countWhenHeard = count
        isSilent = false
      } catch (error) {
        noticeSilence()
        // A path that swallows everything would keep the connection open for many minutes.
        if ((error as GuardError).code === 'peer_unreachable') talk.close()
      }
    }

    function noticeSilence() {
      if (isSilent || performance.now() - heardAt < silenceMs) return
      isSilent = true
      onSilent(node)
    }

    function take(next: Report) {
      if (next.node !== node) return conversation?.close()
      if (report && next.count < report.count) return
      report = next
      onReport(peer)
    }
  }
}

async function refuse(method: string): Promise<never> {
  throw new GuardError('unknown_call', `${method}: a guard asks on the connection it opened`)
}
