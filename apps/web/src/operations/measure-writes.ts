import { type Middleware, RepoError } from '@atoll/repo'
import type { Metrics } from './metrics.ts'

/** Measures every write of this node, from the call to its acknowledgement, waits for other nodes included. */
export function measureWrites(metrics: Pick<Metrics, 'countWrite' | 'countParts'>): Middleware {
  return async function measureWrites(call, next) {
    if (call.kind === 'read') return next()
    const startedAt = performance.now()
    const seconds = () => (performance.now() - startedAt) / 1000
    try {
      const result = await next()
      metrics.countWrite(seconds())
      if (result.timing) metrics.countParts(result.timing)
      return result
    } catch (error) {
      metrics.countWrite(seconds(), error instanceof RepoError ? error.code : 'failed')
      throw error
    }
  }
}
