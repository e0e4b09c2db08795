export interface BackoffOptions {
  /** Before the first restart; default 100 ms. */
  firstMs?: number
  /** Default 30 s. */
  mostMs?: number
  /** A run of this length was a good one: the next wait is the first again. Default 60 s. */
  goodRunMs?: number
}

export interface Backoff {
  /** How long to wait after a run of this length. */
  after(ranMs: number): number
  /** Runs that ended too soon, one after the other. */
  readonly failures: number
}

/** Waits that double from one short run to the next. */
export function createBackoff({ firstMs = 100, mostMs = 30_000, goodRunMs = 60_000 }: BackoffOptions = {}): Backoff {
  let failures = 0
  return {
    get failures() {
      return failures
    },
    after(ranMs) {
      if (ranMs >= goodRunMs) failures = 0
      failures += 1
      return Math.min(mostMs, firstMs * 2 ** (failures - 1))
    },
  }
}
