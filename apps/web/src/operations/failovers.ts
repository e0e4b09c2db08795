import type { Failover } from './status.ts'

export interface FailoverLog {
  /** Who the primary is now, as far as this node knows; told whenever that may have changed. */
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
  let last: string | undefined
  /** When it was heard that there is none any more. */
  let lostAt: number | undefined

  return {
    observe(primary, now) {
      if (primary === undefined) {
        lostAt ??= now
        return
      }
      if (last !== undefined && last !== primary) {
        const at = new Date(now).toISOString()
        failovers.unshift({ at, from: last, to: primary, durationMs: now - (lostAt ?? now) })
        count++
        failovers.length = Math.min(failovers.length, kept)
      }
      last = primary
      lostAt = undefined
    },
    list: () => [...failovers],
    count: () => count,
  }
}
