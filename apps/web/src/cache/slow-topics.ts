interface Notice {
  topics: readonly string[]
  dropAll?: boolean
}

export interface SlowTopics<N extends Notice> {
  take(notice: N): void
  /** Lets go at once all that waits: somebody is to see nothing that is older than now. */
  hurryAll(): void
  close(): void
}

interface SlowTopicsOptions<N extends Notice> {
  isSlow: (topic: string) => boolean
  intervalMs: number
  release: (notice: N) => void
}

/**
 * Passes notices on, but topics that change all the time at most once in each interval: the first at once, the last
 * when the interval is over. A page is rendered as often, however many react to it.
 */
export function slowDown<N extends Notice>({ isSlow, intervalMs, release }: SlowTopicsOptions<N>): SlowTopics<N> {
  /** What waits under each topic that was released less than an interval ago. */
  const resting = new Map<string, { waiting: N | undefined; timer: NodeJS.Timeout }>()

  return {
    take(notice) {
      // What waits is of another history, and all of it is dropped now.
      if (notice.dropAll) forget()
      const ready = notice.topics.filter((topic) => !isSlow(topic) || !holdBack(topic, notice))
      if (ready.length > 0 || notice.topics.length === 0) release({ ...notice, topics: ready })
    },
    hurryAll() {
      for (const topic of resting.keys()) passOn(topic)
    },
    close: forget,
  }

  function forget(): void {
    for (const { timer } of resting.values()) clearInterval(timer)
    resting.clear()
  }

  function holdBack(topic: string, notice: N): boolean {
    const rest = resting.get(topic)
    if (rest) rest.waiting = notice
    else resting.set(topic, { waiting: undefined, timer: setInterval(() => end(topic), intervalMs).unref() })
    return rest !== undefined
  }

  function end(topic: string): void {
    if (passOn(topic)) return
    clearInterval(resting.get(topic)?.timer)
    resting.delete(topic)
  }

  function passOn(topic: string): boolean {
    const rest = resting.get(topic)
    if (!rest?.waiting) return false
    const notice = rest.waiting
    rest.waiting = undefined
    release({ ...notice, topics: [topic] })
    return true
  }
}
