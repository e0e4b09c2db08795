import { setTimeout as delay } from 'node:timers/promises'
import type { LitefsApi } from './litefs-api.ts'
import { isSamePosition, type Position } from './position.ts'

export interface LitefsWatch {
  /** How far the database of this node is; nothing before it was read. */
  readonly position: Position | undefined
  readonly isPrimary: boolean
  /** Did `/info` answer a moment ago? */
  readonly isAnswering: boolean
  /** For how long it has not, in milliseconds; 0 while it answers. */
  readonly silentForMs: number
  /** Was this node's database ever there? `unknown` for what lies before the guard's own memory. */
  hasBeenAt(position: Position): 'yes' | 'no' | 'unknown'
  onPosition(listener: (position: Position) => void): () => void
  /** The supervisor saw LiteFS end; it is silent until it answers again. */
  markGone(): void
  close(): Promise<void>
}

const askEveryMs = 250
const answerWithinMs = 1000
/** Positions kept to recognise a history by; about 100 bytes each. */
const remembered = 50_000

/** Follows the LiteFS beside the guard, across its restarts. */
export function watchLitefs(api: LitefsApi): LitefsWatch {
  const closing = new AbortController()
  const listeners = new Set<(position: Position) => void>()
  const history = new Map<bigint, string>()
  let position: Position | undefined
  /** What was read, as long as events may come that tell how it was reached. */
  let caughtUpTo: Position | undefined
  let isPrimary = false
  let answeredAt = Number.NEGATIVE_INFINITY
  let silentSince: number | undefined = performance.now()
  const loops = [askForEver(), followForEver()]

  return {
    get position() {
      return position
    },
    get isPrimary() {
      return isPrimary
    },
    get isAnswering() {
      return silentSince === undefined && performance.now() - answeredAt < answerWithinMs + 2 * askEveryMs
    },
    get silentForMs() {
      return silentSince === undefined ? 0 : performance.now() - silentSince
    },
    hasBeenAt({ txid, checksum }) {
      const known = history.get(txid)
      if (known !== undefined) return known === checksum ? 'yes' : 'no'
      return position !== undefined && txid > position.txid ? 'no' : 'unknown'
    },
    onPosition(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    markGone() {
      silentSince ??= performance.now()
      isPrimary = false
    },
    async close() {
      closing.abort()
      await Promise.all(loops)
    },
  }

  async function askForEver() {
    while (!closing.signal.aborted) {
      const askedAt = performance.now()
      try {
        await api.info(answerWithinMs)
        answeredAt = performance.now()
        silentSince = undefined
      } catch {
        silentSince ??= askedAt
      }
      await pause(askEveryMs)
    }
  }

  async function followForEver() {
    while (!closing.signal.aborted) {
      await followOnce().catch(() => {})
      isPrimary = false
      await pause(100)
    }
  }

  async function followOnce() {
    let isFirst = true
    for await (const event of api.events(closing.signal)) {
      if (event.kind === 'role') isPrimary = event.isPrimary
      else hear(event.position)
      // What happened before the first event is in the position, read after it.
      if (isFirst) void catchUp()
      isFirst = false
    }
  }

  async function catchUp(): Promise<void> {
    const before = position
    let read: Position | undefined
    try {
      read = await api.position(answerWithinMs)
    } catch {
      await pause(askEveryMs)
      return closing.signal.aborted ? undefined : catchUp()
    }
    // What came meanwhile leads there, or further.
    if (!read || !isSamePosition(position, before)) return
    caughtUpTo = read
    take(read)
  }

  /** Events wait on their way: one of before what was read must not take the database back to where it was. */
  function hear(next: Position) {
    if (caughtUpTo && next.txid <= caughtUpTo.txid) return void catchUp()
    caughtUpTo = undefined
    take(next)
  }

  function take(next: Position) {
    if (isSamePosition(position, next)) return
    // A jump is a snapshot, perhaps of another history, or events that were missed: nothing before it is certain.
    if (position && next.txid !== position.txid + 1n) history.clear()
    position = next
    history.set(next.txid, next.checksum)
    if (history.size > remembered) history.delete(history.keys().next().value!)
    for (const listener of listeners) listener(next)
  }

  async function pause(ms: number) {
    await delay(ms, undefined, { signal: closing.signal }).catch(() => {})
  }
}
