export interface Rate {
  /** Whether this one may, now; if so it counts. */
  allow(key: string): boolean
}

interface RateOptions {
  perSecond: number
  atOnce: number
  /** Keys that are remembered; the one that asked longest ago is forgotten first. */
  keys?: number
}

/** A bucket for each key that fills with time. */
export function limitRate({ perSecond, atOnce, keys = 10_000 }: RateOptions): Rate {
  const buckets = new Map<string, { left: number; at: number }>()

  return {
    allow(key) {
      const now = performance.now()
      const bucket = buckets.get(key) ?? { left: atOnce, at: now }
      const left = Math.min(atOnce, bucket.left + ((now - bucket.at) / 1000) * perSecond)
      // Set anew, so that the map's order is that of use.
      buckets.delete(key)
      buckets.set(key, { left: left >= 1 ? left - 1 : left, at: now })
      if (buckets.size > keys) buckets.delete(buckets.keys().next().value!)
      return left >= 1
    },
  }
}
