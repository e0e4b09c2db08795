import type { LoadEvent } from '../guard/load.ts'

/** A line of a run's history. */
export type HistoryEvent =
  | LoadEvent
  | { at: number; kind: 'fault' | 'mended'; fault: string; nodes: string[] }
  /** What a node had in the end, in the order it was written. */
  | { at: number; kind: 'final'; node: string; keys: string[] }

export interface Verdict {
  acknowledged: number
  /** Acknowledged and missing on a node in the end, as `key on node`. */
  lost: string[]
  /** There more than once. */
  duplicated: string[]
  /** Not seen by whoever had just been told that it is there. */
  stale: string[]
  /** Nodes that disagree with the first about what is there, or in which order. */
  diverged: string[]
}

/** Says what a history shows, from its events alone. */
export function checkHistory(events: readonly HistoryEvent[]): Verdict {
  const seen = (kind: LoadEvent['kind']) =>
    events.flatMap((event) => ('key' in event && event.kind === kind ? [event] : []))
  const acknowledged = seen('acknowledged').map(({ key }) => key)
  const finals = events.filter((event) => event.kind === 'final')
  const [first] = finals
  return {
    acknowledged: acknowledged.length,
    lost: finals.flatMap(({ node, keys }) => {
      const there = new Set(keys)
      return acknowledged.filter((key) => !there.has(key)).map((key) => `${key} on ${node}`)
    }),
    duplicated: finals.flatMap(({ node, keys }) => {
      const seen = new Set<string>()
      return keys.filter((key) => seen.size === seen.add(key).size).map((key) => `${key} on ${node}`)
    }),
    stale: seen('missed-own-write').map(({ key, node }) => `${key} on ${node}`),
    diverged: finals.filter(({ keys }) => String(keys) !== String(first?.keys)).map(({ node }) => node),
  }
}
