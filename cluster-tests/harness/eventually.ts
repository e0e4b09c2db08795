export interface EventuallyOptions {
  /** Default 15 seconds. */
  timeoutMs?: number
  /** Default 20 milliseconds. */
  everyMs?: number
}

/**
 * Asks until the probe neither throws nor returns undefined, null or false, and returns what it then said. Throws
 * with the last failure as its cause when the time is over.
 */
export async function eventually<T>(
  what: string,
  probe: () => T | Promise<T>,
  { timeoutMs = 15_000, everyMs = 20 }: EventuallyOptions = {},
): Promise<NonNullable<Exclude<T, false>>> {
  const deadline = performance.now() + timeoutMs
  let last: unknown
  do {
    try {
      const value = await beforeDeadline(probe, deadline)
      if (value !== undefined && value !== null && value !== false) return value as NonNullable<Exclude<T, false>>
      last = new Error(`the last answer was ${value}`)
    } catch (error) {
      last = error
    }
    await new Promise((resolve) => setTimeout(resolve, everyMs))
  } while (performance.now() < deadline)
  throw new Error(`${what}: not within ${timeoutMs} ms: ${(last as Error).message}`, { cause: last })
}

/** A probe that never answers, as one of a frozen node, must not outlast the deadline. */
async function beforeDeadline<T>(probe: () => T | Promise<T>, deadline: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('the last probe did not answer')), deadline - performance.now())
  })
  try {
    return await Promise.race([probe(), late])
  } finally {
    clearTimeout(timer)
  }
}
