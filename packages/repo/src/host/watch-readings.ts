import { readFileSync } from 'node:fs'
import type { Reading } from './reading-mark.ts'

const lookEveryMs = 20

interface WatchOptions {
  /** The reader's process. */
  pid: number | undefined
  look: () => Reading | undefined
  longestMs: () => number
  onTooLong: () => void
}

/**
 * Notices a read transaction that is open for too long. Counts looks rather than time, because when this process stood
 * still the other one may have too. What the reader waited for a processor counts for a quarter at most: on a machine that
 * has too much to do every read would seem long, and a new process would only add to it.
 */
export function watchReadings({ pid, look, longestMs, onTooLong }: WatchOptions) {
  let last: Reading | undefined
  let heldMs = 0
  let waitedMs = 0
  const timer = setInterval(() => {
    const reading = look()
    const waitedBefore = waitedMs
    if (reading) waitedMs = waitedForProcessorMs(pid)
    if (reading && reading.transaction === last?.transaction) {
      heldMs += Math.max(lookEveryMs / 4, lookEveryMs - (waitedMs - waitedBefore))
      if (heldMs >= longestMs()) onTooLong()
    } else heldMs = 0
    last = reading
  }, lookEveryMs).unref()
  return { stop: () => clearInterval(timer) }
}

/** Of the process's main thread, which reads. Where the kernel does not count it, nothing was waited for. */
function waitedForProcessorMs(pid: number | undefined): number {
  try {
    return Number(readFileSync(`/proc/${pid}/schedstat`, 'latin1').split(' ')[1]) / 1e6
  } catch {
    return 0
  }
}
