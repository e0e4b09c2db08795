import { setTimeout as delay } from 'node:timers/promises'
import { type ClusterNode, eventually } from '../harness/index.ts'

/** What a client saw; `at` is of a monotonic clock in milliseconds. */
export interface ClientEvent {
  at: number
  kind: 'acknowledged' | 'refused' | 'unanswered' | 'missed-own-write' | 'unread'
  key: string
  node: string
  /** What a refusal said, or what was missing. */
  detail?: string
}

export type Written = { kind: 'acknowledged'; token?: string } | { kind: 'refused'; detail: string }

/** How a client writes and reads. */
export interface Door {
  /** A key that nobody used. */
  createKey(): string
  /** Rejects when there is no answer. */
  write(node: ClusterNode, key: string, signal: AbortSignal): Promise<Written>
  /** What a reader with this token misses: his write has to be there, and as many as were acknowledged before it began. */
  misses(node: ClusterNode, key: string, token: string | undefined, leastCount: number): Promise<string | undefined>
  /** Whether a reader of this node is shown a page. */
  reads(node: ClusterNode): Promise<boolean>
  /** Whether every node takes writes; otherwise clients go where the last one was taken. */
  isAnyNodeGood: boolean
  /** How long a client rests after each write: the machine is there for the nodes. */
  restMs: number
}

export interface ClientsOptions {
  door: Door
  record(event: ClientEvent): void
}

export interface Clients {
  /** Resolves once a write that begins from now on is acknowledged. */
  nextWrite(options?: { timeoutMs: number }): Promise<void>
  /** The longest time without an acknowledgement since `from`. */
  longestGapMs(from: number): number
  stop(): Promise<void>
}

/** A client whose node takes longer asks another one, too. */
const patienceMs = 100
const givesUpMs = 25_000
/** A node that did not take a write is left alone for so long. */
const shunMs = 500
/** Every so many writes are looked for, on another node. */
const readsEvery = 4

/**
 * A client near each node, which writes there, and on another one when its own does not answer. Each attempt has a key
 * of its own, and counts whenever its answer comes.
 */
export function startClients(nodes: readonly ClusterNode[], { door, record }: ClientsOptions): Clients {
  const acknowledgedAt: number[] = []
  const stopping = new AbortController()
  let newestBegun = 0
  let lastGood = 0
  const clients = nodes.map((_, home) => runClient(home))

  return {
    async nextWrite({ timeoutMs } = { timeoutMs: 40_000 }) {
      const from = performance.now()
      await eventually('a write is acknowledged', () => newestBegun > from, { timeoutMs, everyMs: 5 })
    },
    longestGapMs(from) {
      const times = [from, ...acknowledgedAt.filter((at) => at >= from), performance.now()]
      return Math.max(...times.slice(1).map((at, index) => at - times[index]!))
    },
    async stop() {
      stopping.abort()
      await Promise.all(clients)
    },
  }

  async function runClient(home: number) {
    const busy = new Set<ClusterNode>()
    const shunned = new Map<ClusterNode, number>()
    const isFree = (node: ClusterNode) => !busy.has(node) && (shunned.get(node) ?? 0) < performance.now()

    while (!stopping.signal.aborted) {
      const first = door.isAnyNodeGood && isFree(nodes[home]!) ? home : lastGood
      const written = Promise.withResolvers<void>()
      let isWritten = false
      for (let at = 0; !isWritten && !stopping.signal.aborted; at++) {
        const node = nodes[(first + at) % nodes.length]!
        const isAsked = isFree(node)
        const turns = isAsked ? [tryOn(node)] : []
        await Promise.race([...turns, written.promise, delay(isAsked ? patienceMs : 5)])
      }
      await delay(door.restMs)

      async function tryOn(node: ClusterNode) {
        busy.add(node)
        const isGood = await attempt(node)
        busy.delete(node)
        if (!isGood) return void shunned.set(node, performance.now() + shunMs)
        lastGood = nodes.indexOf(node)
        isWritten = true
        written.resolve()
      }
    }
  }

  async function attempt(node: ClusterNode): Promise<boolean> {
    const key = door.createKey()
    const begunAt = performance.now()
    const count = acknowledgedAt.length
    const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(givesUpMs)])
    const answer = await door.write(node, key, signal).catch(() => undefined)
    // Clients come in by a door that a node's network does not know of.
    if (node.state === 'vanished') await aborted(signal)
    const at = performance.now()
    if (answer?.kind !== 'acknowledged' || signal.aborted) {
      const failure =
        answer?.kind === 'refused' ? { kind: answer.kind, detail: answer.detail } : ({ kind: 'unanswered' } as const)
      if (!stopping.signal.aborted) record({ at, key, node: node.name, ...failure })
      return false
    }
    acknowledgedAt.push(at)
    newestBegun = Math.max(newestBegun, begunAt)
    record({ at, kind: 'acknowledged', key, node: node.name })
    if (acknowledgedAt.length % readsEvery === 0) void lookFor(key, node, answer.token, count + 1)
    return true
  }

  async function lookFor(key: string, writtenOn: ClusterNode, token: string | undefined, leastCount: number) {
    const node = door.isAnyNodeGood ? nodes[(nodes.indexOf(writtenOn) + 1) % nodes.length]! : writtenOn
    // A node that does not answer has been struck.
    const detail = await door.misses(node, key, token, leastCount).catch(() => undefined)
    if (detail) record({ at: performance.now(), kind: 'missed-own-write', key, node: node.name, detail })
  }
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
}
