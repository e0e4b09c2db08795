/** Waits between tries, in milliseconds; the last is repeated. */
const pausesMs = [10, 25, 50, 100, 250, 500]

/** How long to wait before the next try; a little random, so that many do not come back at once. */
export function pauseBefore(attempt: number): number {
  return pausesMs[Math.min(attempt, pausesMs.length - 1)]! * (0.75 + Math.random() / 2)
}

export interface PauseOptions {
  /** Without it, only a change or the signal ends the pause. */
  ms?: number
  signal: AbortSignal
  onChange(listener: () => void): () => void
}

/** Waits for a change, for some time, or until `signal` aborts. Never rejects. */
export function pause({ ms, signal, onChange }: PauseOptions): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const timer = ms === undefined ? undefined : setTimeout(end, ms)
    const stop = onChange(end)
    signal.addEventListener('abort', end)

    function end() {
      clearTimeout(timer)
      stop()
      signal.removeEventListener('abort', end)
      resolve()
    }
  })
}
