import type { Middleware } from '@atoll/repo'

/** Tells how long each call took, and how it ended. */
export function measureCalls(record: (name: string, ms: number, outcome: string) => void): Middleware {
  return async function measureCalls(call, next) {
    const name = call.kind === 'operation' ? call.name : call.kind
    const startedAt = performance.now()
    try {
      const result = await next()
      record(name, performance.now() - startedAt, 'done')
      return result
    } catch (error) {
      record(name, performance.now() - startedAt, (error as { code?: string }).code ?? 'failed')
      throw error
    }
  }
}
