import type { Link } from './link.ts'

/** The first reader that is idle, or else the one with the least to do: reads that wait together share a transaction. */
export function leastBusy(links: readonly Link[]): Link {
  let best = links[0]!
  for (const link of links) if (link.load < best.load) best = link
  return best
}
