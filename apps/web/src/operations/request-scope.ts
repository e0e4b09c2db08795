import { AsyncLocalStorage } from 'node:async_hooks'
import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

const scope = new AsyncLocalStorage<string>()

/** What a proxy before us may call a request; anything else is not written into logs. */
const sane = /^[\w.:/=+-]{8,128}$/

/** The id that a proxy gave to a request with `x-request-id`, or a new one. */
export function requestIdOf({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const given = headers['x-request-id']
  return typeof given === 'string' && sane.test(given) ? given : randomUUID()
}

/** Everything that happens in `run`, and because of it, belongs to the request. */
export function inRequest<T>(id: string, run: () => T): T {
  return scope.run(id, run)
}

/** The request that this happens for. Nothing outside of one. */
export function currentRequest(): string | undefined {
  return scope.getStore()
}

/** For a log: what each of its lines says of the request it was written in. */
export function requestFields(): { requestId?: string } {
  const requestId = scope.getStore()
  return requestId === undefined ? {} : { requestId }
}
