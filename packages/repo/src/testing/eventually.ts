import { setTimeout as delay } from 'node:timers/promises'

/** Asks until `probe` neither throws nor answers undefined; then throws its last failure. At most ten seconds. */
export async function eventually<Value>(what: string, probe: () => Promise<Value | undefined> | Value | undefined) {
  const deadline = performance.now() + 10_000
  for (;;) {
    let failure: unknown
    try {
      const value = await probe()
      if (value !== undefined) return value
    } catch (error) {
      failure = error
    }
    if (performance.now() > deadline) throw new Error(`never: ${what}`, { cause: failure })
    await delay(20)
  }
}
