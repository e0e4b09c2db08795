import { GuardError } from './errors.ts'
import type { Position } from './position.ts'

export interface CoverageOptions {
  /** The nodes besides this one that have to report: of the set, of a set that may come, and of those about to join. */
  counted(): readonly string[]
  /** How many nodes have a write when all of them do; nothing while they are too few to acknowledge under. */
  copies(): number | undefined
}

/**
 * Who has what, in one reign. A node has a write when it reports a position that this primary itself produced, in this
 * reign, at or after it: an id alone may belong to a history of its own.
 */
export interface Coverage {
  /** Told for each transaction of this node's own LiteFS, and for the position it began the reign with. */
  produced(position: Position): void
  reported(node: string, position: Position): void
  /** What a node said on an earlier connection proves nothing: its disk may be an older one by now. */
  forget(node: string): void
  /** Up to where the node has this reign's history, as far as it is proven. */
  provenAt(node: string): bigint | undefined
  /** The last position that was acknowledged in this reign. */
  readonly acked: Position | undefined
  readonly latest: Position | undefined
  /** @throws GuardError `reign_ended` */
  whenCovered(position: Position, signal: AbortSignal): Promise<{ copies: number }>
  /** To be called when who is counted changes. */
  review(): void
  end(): void
}

/** Own positions kept to prove a report by. A member further behind is proven only once it is nearer. */
const remembered = 100_000

interface Waiting {
  position: Position
  settle(outcome: { copies: number } | Error): void
}

export function trackCoverage({ counted, copies }: CoverageOptions): Coverage {
  const own = new Map<bigint, string>()
  const said = new Map<string, Position>()
  const proven = new Map<string, bigint>()
  const waiting = new Set<Waiting>()
  let latest: Position | undefined
  let acked: Position | undefined
  let hasEnded = false

  return {
    produced(position) {
      own.set(position.txid, position.checksum)
      if (own.size > remembered) own.delete(own.keys().next().value!)
      if (!latest || position.txid > latest.txid) latest = position
      // A member's report often comes before our own event of the same transaction.
      for (const [node, report] of said) prove(node, report)
      review()
    },
    reported(node, position) {
      said.set(node, position)
      prove(node, position)
      review()
    },
    forget(node) {
      said.delete(node)
      proven.delete(node)
    },
    provenAt: (node) => proven.get(node),
    get acked() {
      return acked
    },
    get latest() {
      return latest
    },
    whenCovered(position, signal) {
      if (hasEnded) return Promise.reject(ended())
      if (signal.aborted) return Promise.reject(signal.reason)
      const { promise, resolve, reject } = Promise.withResolvers<{ copies: number }>()
      const entry: Waiting = {
        position,
        settle(outcome) {
          waiting.delete(entry)
          signal.removeEventListener('abort', abort)
          if (outcome instanceof Error) reject(outcome)
          else resolve(outcome)
        },
      }
      const abort = () => entry.settle(signal.reason)
      signal.addEventListener('abort', abort, { once: true })
      waiting.add(entry)
      review()
      return promise
    },
    review,
    end() {
      hasEnded = true
      for (const entry of waiting) entry.settle(ended())
    },
  }

  function prove(node: string, { txid, checksum }: Position) {
    if (own.get(txid) === checksum) proven.set(node, txid)
    // It went back, or away from our history: what was proven before is no longer true of its disk.
    else if ((proven.get(node) ?? -1n) >= txid) proven.delete(node)
  }

  function review() {
    const enough = copies()
    if (waiting.size === 0 || enough === undefined) return
    const reached = counted().reduce<bigint | undefined>(
      (least, node) => smaller(least, proven.get(node) ?? -1n),
      undefined,
    )
    for (const entry of waiting) {
      const { txid, checksum } = entry.position
      if (own.get(txid) !== checksum || (reached !== undefined && reached < txid)) continue
      if (!acked || txid > acked.txid) acked = entry.position
      entry.settle({ copies: enough })
    }
  }
}

function smaller(a: bigint | undefined, b: bigint): bigint {
  return a === undefined || b < a ? b : a
}

function ended(): GuardError {
  return new GuardError('reign_ended', 'this node no longer leads: nobody can say whether the write stays')
}
