import type { ClusterSeam } from '../cluster-seam.ts'
import type { Position } from '../protocol.ts'

/** What members tell the primary, and how the primary hears it. */
export const positionMethod = 'repo.position'
/** Reports under way at once: over a long link each transaction is told as it comes, and a burst in few calls. */
const inFlightLimit = 8
/** A report is repeated this often, so that a primary whose application has started again hears of it. */
const repeatEveryMs = 1000
const retryAfterMs = 50
const answerWithinMs = 5000

/** Tells the primary this node's position as soon as it moves. */
export function createReporter({ locate, call }: Pick<ClusterSeam, 'locate' | 'call'>) {
  let primary: string | undefined
  let position: Position | undefined
  let inFlight = 0
  let hasNews = false
  let timer: NodeJS.Timeout | undefined
  const closing = new AbortController()

  return {
    reportTo(name: string | undefined) {
      primary = name
      report()
    },
    moved(next: Position) {
      position = next
      report()
    },
    close() {
      closing.abort()
      clearTimeout(timer)
    },
  }

  function report() {
    hasNews = true
    void send()
  }

  async function send() {
    if (!hasNews || !primary || !position || inFlight >= inFlightLimit || closing.signal.aborted) return
    const target = locate(primary)
    if (!target) return again(retryAfterMs)
    hasNews = false
    inFlight += 1
    try {
      await call(target.address, positionMethod, position, { deadlineMs: answerWithinMs, signal: closing.signal })
      again(repeatEveryMs)
    } catch {
      again(retryAfterMs)
    } finally {
      inFlight -= 1
    }
    void send()
  }

  function again(ms: number) {
    clearTimeout(timer)
    if (!closing.signal.aborted) timer = setTimeout(report, ms).unref()
  }
}
