import type { Failover } from './status.ts'

export interface FailoverLog {
  /** Who the primary is now, as far as this node knows. */
  observe(primary: string | undefined, now: number): void
  /** Newest first; the last of them. */
  list(): Failover[]
  /** How many there were, also those that are not listed any more. */
  count(): number
}

const kept = 20

/** Remembers when the primary changed, and how long there was none. */
export function logFailovers(): FailoverLog {
  const failovers: Failover[] = []
  let count = 0
  let last: { name: string; seenAt: number } | undefined

  return {
    observe(primary, now) {
      if (primary === undefined) return
      if (last && last.name !== primary) {
        const at = new Date(now).toISOString()
        failovers.unshift({ at, from: last.name, to: primary, durationMs: now - last.seenAt })
        count++
        failovers.length = Math.min(failovers.length, kept)
      }
      last = { name: primary, seenAt: now }
    },
    list: () => [...failovers],
    count: () => count,
  }
}
