export interface Asking {
  /** Times of all answers in milliseconds, and how many were none or not 200. */
  stop(): Promise<{ taken: number[]; failed: number }>
}

const restMs = 10

/** Asks for a page again and again, one request after the other. */
export function askMeanwhile(url: string): Asking {
  const taken: number[] = []
  let failed = 0
  let isDone = false
  const asking = (async () => {
    while (!isDone) {
      const startedAt = performance.now()
      await fetch(url)
        .then(async (response) => {
          await response.text()
          if (response.status !== 200) failed++
        })
        .catch(() => failed++)
      taken.push(performance.now() - startedAt)
      await new Promise((resolve) => setTimeout(resolve, restMs))
    }
  })()
  return {
    async stop() {
      isDone = true
      await asking
      return { taken, failed }
    },
  }
}
