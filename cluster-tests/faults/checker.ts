import type { ClientEvent } from './clients.ts'

/** A line of a run's history. */
export type HistoryEvent =
  | ClientEvent
  | { at: number; kind: 'happens' | 'over'; what: string; primary?: string; replica?: string }
  /** Which of the clients' keys a node had in the end, each as often as it was carried out. */
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
  /** Writes that were answered with a failure. */
  refused: number
  /** Pages that a node did not show. */
  unread: number
}

/** Says what a history shows, from its events alone. */
export function checkHistory(events: readonly HistoryEvent[]): Verdict {
  const seen = (kind: ClientEvent['kind']) =>
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
    refused: seen('refused').length,
    unread: seen('unread').length,
  }
}

/** What may never happen, whatever the faults. */
export function isWrong({ lost, duplicated, stale, diverged }: Verdict): boolean {
  return lost.length + duplicated.length + stale.length + diverged.length > 0
}
