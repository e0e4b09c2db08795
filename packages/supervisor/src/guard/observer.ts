import { setTimeout as delay } from 'node:timers/promises'
import { timing } from './timing.ts'

/** One look at the lease and its heartbeat; the times are of a monotonic clock, in milliseconds. */
export type Look =
  | { kind: 'seen'; askedAt: number; answeredAt: number; term: number | undefined; heartbeat: number | undefined }
  | { kind: 'failed' }

/**
 * Says when a holder has been silent for long enough. The wait starts with the answer to the look that showed the
 * last heartbeat, which is after that heartbeat was accepted. A failed or slow look starts it again: after an outage
 * of Consul nobody may blame a holder that could not write.
 */
export function watchSilence(deposeAfterMs: number = timing.deposeAfter, slowMs: number = timing.slowLook) {
  let seen: { term: number; heartbeat: number | undefined } | undefined
  let since = 0

  return function isSilent(look: Look): boolean {
    if (look.kind === 'failed' || look.answeredAt - look.askedAt > slowMs) {
      seen = undefined
      return false
    }
    const { term, heartbeat, answeredAt } = look
    if (term === undefined) {
      seen = undefined
      return false
    }
    if (seen?.term !== term || seen.heartbeat !== heartbeat) {
      seen = { term, heartbeat }
      since = answeredAt
    }
    return answeredAt - since >= deposeAfterMs
  }
}

export interface RepeatOptions {
  everyMs: number
  signal: AbortSignal
}

/** Does something at an interval until the signal, one at a time; what it throws is left to the next turn. */
export async function repeat({ everyMs, signal }: RepeatOptions, work: () => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    const startedAt = performance.now()
    await work().catch(() => {})
    const pause = Math.max(everyMs - (performance.now() - startedAt), 10)
    await delay(pause, undefined, { signal }).catch(() => {})
  }
}
