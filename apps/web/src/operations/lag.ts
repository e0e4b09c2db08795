/** Where a node is, by the id of its last transaction. Ids are compared only while one primary reigns. */
export interface Sighting {
  name: string
  txid: bigint
}

export interface Lag {
  ms: number
  transactions: number
}

export interface LagWatch {
  /** What is known of all nodes at a moment, in milliseconds. */
  observe(primary: Sighting | undefined, nodes: readonly Sighting[], now: number): void
  /** Nothing while there is no primary. */
  of(name: string): Lag | undefined
  /** The last values, oldest first, in milliseconds. */
  history(name: string): number[]
}

/** As many values as a small graph shows. */
const kept = 60
/** A replica that lacks more than this many steps of the primary is as old as the oldest of them. */
const mostSteps = 1000

/**
 * Tells how far replicas are behind. The time is that since the primary had the first transaction the replica lacks, by
 * the clock of this node alone: clocks of nodes differ by more than replication takes.
 */
export function watchLag(): LagWatch {
  let reign: string | undefined
  /** When the primary was first seen at each position. */
  let steps: { txid: bigint; at: number }[] = []
  let lags = new Map<string, Lag>()
  const histories = new Map<string, number[]>()

  return {
    observe(primary, nodes, now) {
      if (primary?.name !== reign) {
        reign = primary?.name
        steps = []
      }
      lags = new Map()
      if (!primary) return
      if (steps.length === 0 || primary.txid > steps.at(-1)!.txid) steps.push({ txid: primary.txid, at: now })
      if (steps.length > mostSteps) steps.shift()
      for (const { name, txid } of nodes) {
        const lag = lagOf(primary, txid, now)
        lags.set(name, lag)
        const history = histories.get(name) ?? []
        histories.set(name, [...history, lag.ms].slice(-kept))
      }
    },
    of: (name) => lags.get(name),
    history: (name) => histories.get(name) ?? [],
  }

  function lagOf(primary: Sighting, txid: bigint, now: number): Lag {
    if (txid >= primary.txid) return { ms: 0, transactions: 0 }
    const firstLacking = steps.find((step) => step.txid > txid)
    return { ms: now - (firstLacking?.at ?? now), transactions: Number(primary.txid - txid) }
  }
}
