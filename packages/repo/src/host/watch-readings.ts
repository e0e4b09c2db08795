import type { Reading } from './reading-mark.ts'

const lookEveryMs = 20

interface WatchOptions {
  look: () => Reading | undefined
  longestMs: () => number
  onTooLong: () => void
}

/**
 * Notices a read transaction that is open for too long. Counts looks rather than time: when this process stood still,
 * the other one may have stood still with it.
 */
export function watchReadings({ look, longestMs, onTooLong }: WatchOptions) {
  let last = 0
  let looks = 0
  const timer = setInterval(() => {
    const transaction = look()?.transaction ?? 0
    looks = transaction === last ? looks + 1 : 0
    last = transaction
    if (transaction !== 0 && looks * lookEveryMs >= longestMs()) onTooLong()
  }, lookEveryMs).unref()
  return { stop: () => clearInterval(timer) }
}
