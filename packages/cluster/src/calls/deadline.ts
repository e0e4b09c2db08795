/** `setTimeout` takes a longer time for none at all; this is 24 days. */
const longestTimeoutMs = 2 ** 31 - 1

/** Calls `onExpiry` after `deadlineMs`, unless the function it returns is called first. */
export function startDeadline(deadlineMs: number, onExpiry: () => void): () => void {
  const timer = setTimeout(onExpiry, Math.min(deadlineMs, longestTimeoutMs))
  return () => clearTimeout(timer)
}
