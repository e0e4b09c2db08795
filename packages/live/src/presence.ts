import { hash } from 'node:crypto'
import { openTally } from './presence-tally.ts'

/** What presence needs of the cluster. Messages may be lost, and are noticed to be. */
export interface PresenceCluster {
  /** To every other node. */
  broadcast(message: PresenceMessage): void
  /** Calls back with what other nodes broadcast. Returns how to stop. */
  onMessage(listener: (node: string, message: PresenceMessage) => void): () => void
}

/** People are sent as `<hash> <page>`: counts alone would count somebody on two nodes twice. */
export type PresenceMessage =
  | {
      kind: 'change'
      /** Of the sender's process, and the number of this message in it. */
      life: string
      number: number
      /** What was known of the sender before is void. */
      isWhole: boolean
      joined: string[]
      left: string[]
    }
  /** Whoever lives this life is to send all it knows. */
  | { kind: 'ask'; life: string }

export interface Presence {
  /** A tab shows this page to this person (see `hashPerson`). */
  join(person: string, page: string): void
  leave(person: string, page: string): void
  count(page: string): number
  readonly site: number
  close(): void
}

interface PresenceOptions {
  cluster?: PresenceCluster | undefined
  /** Between two messages to other nodes, which also say that this one is there. */
  intervalMs?: number
  /** A node that said nothing for this long is gone, and everybody on it. */
  forgetAfterMs?: number
}

/** Keeps ids out of memory and off the wire between nodes; they are random, so a plain hash hides them. */
export function hashPerson(id: string): string {
  return hash('sha256', id, 'base64url').slice(0, 11)
}

interface OtherNode {
  life: string
  number: number
  heardAt: number
  /** Whether all messages since its last whole one came. */
  isComplete: boolean
  present: Set<string>
}

/** Bounds a message; more goes into the next one at once. */
const pairsPerMessage = 2000

export function openPresence({ cluster, intervalMs = 1000, forgetAfterMs = 6000 }: PresenceOptions = {}): Presence {
  const tally = openTally()
  const tabs = new Map<string, number>()
  const others = new Map<string, OtherNode>()
  const life = crypto.randomUUID()
  const asked = new Map<string, number>()
  let changed = new Map<string, 'joined' | 'left'>()
  let mustSendAll = true
  let number = 0

  const timer = cluster && setInterval(exchange, intervalMs).unref()
  const stopListening = cluster?.onMessage(hear)

  return {
    join(person, page) {
      const pair = `${person} ${page}`
      const count = tabs.get(pair) ?? 0
      tabs.set(pair, count + 1)
      if (count === 0) note(pair, 'joined')
    },
    leave(person, page) {
      const pair = `${person} ${page}`
      const count = tabs.get(pair) ?? 0
      if (count > 1) tabs.set(pair, count - 1)
      else if (tabs.delete(pair)) note(pair, 'left')
    },
    count: tally.count,
    get site() {
      return tally.people
    },
    close() {
      clearInterval(timer)
      stopListening?.()
    },
  }

  function note(pair: string, change: 'joined' | 'left'): void {
    if (change === 'joined') tally.add(pair)
    else tally.remove(pair)
    if (!cluster) return
    // Who came and went between two messages was never there for the others.
    if (changed.has(pair)) changed.delete(pair)
    else changed.set(pair, change)
  }

  function exchange(): void {
    forgetSilent()
    const joined = mustSendAll ? [...tabs.keys()] : [...changed].filter(([, change]) => change === 'joined').map(first)
    const left = mustSendAll ? [] : [...changed].filter(([, change]) => change === 'left').map(first)
    let isWhole = mustSendAll
    changed = new Map()
    mustSendAll = false
    do {
      const message = { joined: joined.splice(0, pairsPerMessage), left: left.splice(0, pairsPerMessage), isWhole }
      cluster!.broadcast({ kind: 'change', life, number: number++, ...message })
      isWhole = false
    } while (joined.length + left.length > 0)
  }

  function hear(node: string, message: PresenceMessage): void {
    if (message.kind === 'ask') {
      if (message.life === life) mustSendAll = true
      return
    }
    const known = others.get(node)
    const follows = known?.life === message.life && message.number === known.number + 1
    if (!message.isWhole && !(follows && known.isComplete)) ask(message.life)
    if (known && (message.isWhole || known.life !== message.life)) forget(node)
    const other = others.get(node) ?? {
      life: message.life,
      number: 0,
      heardAt: 0,
      isComplete: false,
      present: new Set(),
    }
    others.set(node, other)
    other.isComplete = message.isWhole || (follows && other.isComplete)
    other.number = message.number
    other.heardAt = performance.now()
    for (const pair of message.joined) {
      if (other.present.has(pair)) continue
      other.present.add(pair)
      tally.add(pair)
    }
    for (const pair of message.left) if (other.present.delete(pair)) tally.remove(pair)
  }

  /** Once for each life and interval; the answer is a whole message to everybody. */
  function ask(other: string): void {
    const now = performance.now()
    if (now - (asked.get(other) ?? -Infinity) < intervalMs) return
    asked.set(other, now)
    if (asked.size > 100) asked.delete(asked.keys().next().value!)
    cluster!.broadcast({ kind: 'ask', life: other })
  }

  function forgetSilent(): void {
    for (const [node, { heardAt }] of others) if (performance.now() - heardAt > forgetAfterMs) forget(node)
  }

  function forget(node: string): void {
    for (const pair of others.get(node)?.present ?? []) tally.remove(pair)
    others.delete(node)
  }
}

function first<T>([value]: readonly [T, ...unknown[]]): T {
  return value
}
