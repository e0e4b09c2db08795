import type { Duplex } from 'node:stream'
import { decodeError, type ErrorOnWire, encodeError, GuardError } from './errors.ts'

/** What either end may ask the other. Values are JSON. */
export type Handler = (method: string, params: unknown, signal: AbortSignal) => Promise<unknown>

export interface Conversation {
  /** @throws GuardError `peer_unreachable` when no answer comes in time, or the connection ends. */
  ask(method: string, params: unknown, options?: { deadlineMs?: number; signal?: AbortSignal }): Promise<unknown>
  /** Says something that needs no answer. A listener that falls far behind is hung up on. */
  tell(name: string, payload: unknown): void
  readonly closed: Promise<void>
  close(): void
}

export interface ConversationOptions {
  handle: Handler
  onTold?: (name: string, payload: unknown) => void
}

type Line =
  | { ask: number; method: string; params: unknown }
  | { cancel: number }
  | { answer: number; result?: unknown; error?: ErrorOnWire }
  | { told: string; payload: unknown }

/** Everything here is small: a longer line is not from a guard. */
const longestLine = 1 << 20

/** Questions, answers and news in both directions on one stream: a line of JSON each. */
export function converse(stream: Duplex, { handle, onTold = () => {} }: ConversationOptions): Conversation {
  const open = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>()
  const served = new Map<number, AbortController>()
  const { promise: closed, resolve: markClosed } = Promise.withResolvers<void>()
  let lastId = 0
  let rest = ''

  stream.setEncoding('utf8')
  stream.on('data', read)
  stream.on('error', () => stream.destroy())
  stream.on('end', () => stream.destroy())
  stream.on('close', end)

  return {
    closed,
    ask(method, params, { deadlineMs, signal } = {}) {
      if (stream.destroyed) return Promise.reject(gone(method))
      if (signal?.aborted) return Promise.reject(signal.reason)
      const id = ++lastId
      const { promise, resolve, reject } = Promise.withResolvers<unknown>()
      const cancel = (error: Error) => {
        send({ cancel: id })
        reject(error)
      }
      const timer = deadlineMs && setTimeout(() => cancel(gone(method, `no answer for ${deadlineMs} ms`)), deadlineMs)
      const abort = () => cancel(signal!.reason)
      signal?.addEventListener('abort', abort, { once: true })
      open.set(id, { resolve, reject })
      send({ ask: id, method, params })
      return promise.finally(() => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', abort)
        open.delete(id)
      })
    },
    tell(name, payload) {
      if (stream.writableLength > longestLine) stream.destroy()
      else send({ told: name, payload })
    },
    close: () => stream.destroy(),
  }

  function send(line: Line) {
    if (!stream.destroyed) stream.write(`${JSON.stringify(line)}\n`)
  }

  function read(chunk: string) {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop()!
    if (rest.length > longestLine) stream.destroy()
    for (const line of lines) take(line)
  }

  function take(text: string) {
    let line: Line
    try {
      line = JSON.parse(text) as Line
    } catch {
      stream.destroy()
      return
    }
    if ('ask' in line) void serve(line)
    else if ('cancel' in line) served.get(line.cancel)?.abort()
    else if ('told' in line) onTold(line.told, line.payload)
    else if (line.error) open.get(line.answer)?.reject(decodeError(line.error))
    else open.get(line.answer)?.resolve(line.result)
  }

  async function serve({ ask, method, params }: { ask: number; method: string; params: unknown }) {
    const controller = new AbortController()
    served.set(ask, controller)
    try {
      send({ answer: ask, result: await handle(method, params, controller.signal) })
    } catch (error) {
      send({ answer: ask, error: encodeError(error) })
    } finally {
      served.delete(ask)
    }
  }

  function end() {
    for (const { reject } of open.values()) reject(gone('a question'))
    for (const controller of served.values()) controller.abort()
    markClosed()
  }
}

function gone(method: string, why = 'the connection ended'): GuardError {
  return new GuardError('peer_unreachable', `${method}: ${why}`)
}
