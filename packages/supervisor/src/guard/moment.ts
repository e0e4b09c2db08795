/**
 * By two clocks: a machine that was paused may not count the pause on its monotonic clock, and its wall clock was set
 * right since. Both are the machine's, so that the guard and the application can compare; in milliseconds.
 */
export interface Moment {
  monotonic: number
  wall: number
}

export function thisMoment(): Moment {
  return { monotonic: Number(process.hrtime.bigint()) / 1e6, wall: Date.now() }
}

export function after({ monotonic, wall }: Moment, ms: number): Moment {
  return { monotonic: monotonic + ms, wall: wall + ms }
}

/** By whichever clock says less; negative once it is over. */
export function remainingUntil({ monotonic, wall }: Moment): number {
  const now = thisMoment()
  return Math.min(monotonic - now.monotonic, wall - now.wall)
}
