import { setTimeout as delay } from 'node:timers/promises'

/** Asks until the answer is not undefined or false and no assertion fails; after `withinMs` it throws the last failure. */
export async function eventually<T>(
  what: string,
  probe: () => T | Promise<T>,
  withinMs = 10_000,
): Promise<NonNullable<T>> {
  const end = performance.now() + withinMs
  let failure: unknown
  do {
    try {
      const answer = await probe()
      if (answer !== undefined && answer !== null && answer !== false) return answer
      failure = new Error(`the answer was ${answer}`)
    } catch (error) {
      failure = error
    }
    await delay(10)
  } while (performance.now() < end)
  throw new Error(`waited ${withinMs} ms for ${what}`, { cause: failure })
}
