import type { Position } from '../replication.ts'

export type Step = 'same' | 'next' | 'broken'

/** Positions remembered, to know again one that the file showed and an event told already. */
const remembered = 256

/** Says whether positions follow each other without a gap. */
export function watchContinuity() {
  const seen = new Set<string>()
  let last: Position | undefined

  return {
    step(position: Position): Step {
      const before = last
      last = position
      seen.add(nameOf(position))
      if (seen.size > remembered) seen.delete(seen.values().next().value!)
      if (before === undefined) return 'next'
      if (nameOf(position) === nameOf(before)) return 'same'
      return position.txid === before.txid + 1n ? 'next' : 'broken'
    },
    hasSeen: (position: Position) => seen.has(nameOf(position)),
    forget() {
      seen.clear()
      last = undefined
    },
  }
}

function nameOf({ txid, checksum }: Position): string {
  return `${txid}/${checksum}`
}
