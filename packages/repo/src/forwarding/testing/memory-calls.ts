import type { CallHandler, CallOptions } from '../../cluster-seam.ts'

/** What happens to a call on its way. `lose_answer`: it is carried out, and the caller hears nothing of it. */
export type Fate = 'deliver' | 'refuse' | 'lose_answer' | 'hang'

export interface TestCall {
  from: string
  to: string
  method: string
  payload: unknown
}

/** Calls between nodes of one process. Payloads are cloned, as a wire would. */
export function createMemoryCalls() {
  const handlers = new Map<string, CallHandler>()
  const log: TestCall[] = []
  let decide: (call: TestCall) => Fate = () => 'deliver'

  return {
    log,
    /** Decides every call's fate from now on. */
    onCall(next: (call: TestCall) => Fate) {
      decide = next
    },
    handle(node: string, method: string, handler: CallHandler) {
      handlers.set(`${node} ${method}`, handler)
      return () => void handlers.delete(`${node} ${method}`)
    },
    async call(from: string, to: string, method: string, payload: unknown, { signal }: CallOptions): Promise<unknown> {
      const sent: TestCall = { from, to, method, payload }
      log.push(sent)
      const fate = decide(sent)
      const handler = handlers.get(`${to} ${method}`)
      if (fate === 'refuse' || !handler || signal?.aborted) throw new CallError('no', `${to} cannot be reached`)
      const answer = fate === 'hang' ? new Promise(() => {}) : handler(structuredClone(payload), { node: from })
      const aborted = new Promise<never>((_, reject) => {
        signal?.addEventListener('abort', () => reject(new CallError('unknown', 'cancelled')), { once: true })
      })
      const value = structuredClone(await Promise.race([answer, aborted]))
      if (fate === 'lose_answer') throw new CallError('unknown', 'the connection was lost')
      return value
    },
  }
}

export class CallError extends Error {
  readonly applied: 'no' | 'unknown'

  constructor(applied: 'no' | 'unknown', message: string) {
    super(message)
    this.applied = applied
  }
}
