/** The next moment at which something becomes public by itself. */
export interface Due {
  /** ISO 8601. */
  at: string
  slugs: string[]
}

export interface ScheduleOptions {
  /** The first moment after this one, if there is any. */
  nextAfter: (time: string) => Promise<Due | undefined>
  onDue: (due: Due) => void
  onError: (error: unknown) => void
  now: () => Date
}

export interface Schedule {
  /** Looks again: what is scheduled may have changed. */
  refresh(): void
  close(): void
}

/** Timers hold 24 days at most; and a clock that is set, or a machine that slept, is noticed this soon. */
const longestWaitMs = 60_000

/**
 * Calls back when scheduled moments come. It always asks for the first moment after the last one it handled, never
 * after the present: what came due between a question and its answer is late, not lost.
 */
export function watchSchedule({ nextAfter, onDue, onError, now }: ScheduleOptions): Schedule {
  let handledUntil = toSeconds(now())
  let timer: NodeJS.Timeout | undefined
  let asked = 0

  void look()
  return {
    refresh: () => void look(),
    close() {
      asked++
      clearTimeout(timer)
      timer = undefined
    },
  }

  async function look(): Promise<void> {
    const question = ++asked
    try {
      const due = await nextAfter(handledUntil)
      if (question === asked) await follow(due)
    } catch (error) {
      if (question !== asked) return
      onError(error)
      wait(longestWaitMs)
    }
  }

  function follow(due: Due | undefined): Promise<void> | undefined {
    if (!due) {
      clearTimeout(timer)
      return
    }
    const waitMs = Date.parse(due.at) - now().getTime()
    if (waitMs > 0) {
      wait(Math.min(waitMs, longestWaitMs))
      return
    }
    handledUntil = due.at
    onDue(due)
    return look()
  }

  function wait(ms: number): void {
    clearTimeout(timer)
    timer = setTimeout(look, ms).unref()
  }
}

/** As the tables spell times. */
export function toSeconds(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`
}
