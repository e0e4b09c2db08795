import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Token } from '@atoll/repo'
import { TrieRouter } from 'hono/router/trie-router'
import type { Page, Route } from '../page.ts'

/** A request that found its route. */
export interface Exchange {
  request: IncomingMessage
  response: ServerResponse
  /** Canonical. */
  path: string
  query: URLSearchParams
  params: Record<string, string>
  /** What the answer may not be older than, if this node does not have it yet. Waits for it. */
  tokenToAsk(): Promise<Token | undefined>
}

/** Answers by itself, past the cache of pages. */
export type Handler = (exchange: Exchange) => void | Promise<void>

export type Destination =
  | { kind: 'page'; pattern: string; page: Page; query: readonly string[] }
  | { kind: 'handler'; handle: Handler }

export type Match =
  | { kind: 'found'; destination: Destination; params: Record<string, string> }
  | { kind: 'wrong method'; allow: string }
  | { kind: 'missing' }

/** By method, by pattern. */
export type Handlers = Partial<Record<'GET' | 'POST', Record<string, Handler>>>

export interface Router {
  match(method: string, path: string): Match
}

/** Handlers come before pages, and pages in the order of their table. */
export function createRouter(handlers: Handlers, routes: readonly Route[]): Router {
  const trie = new TrieRouter<Destination>()
  const methods = new Set(['GET'])
  for (const [method, byPattern] of Object.entries(handlers)) {
    methods.add(method)
    for (const [pattern, handle] of Object.entries(byPattern)) trie.add(method, pattern, { kind: 'handler', handle })
  }
  for (const [method, pattern, page, { query = [] } = {}] of routes) {
    methods.add(method)
    trie.add(method, pattern, { kind: 'page', pattern, page, query })
  }

  return {
    match(method, path) {
      const found = first(method === 'HEAD' ? 'GET' : method, path)
      if (found) return found
      const allowed = [...methods].filter((other) => first(other, path))
      if (allowed.length === 0) return { kind: 'missing' }
      return {
        kind: 'wrong method',
        allow: allowed.flatMap((name) => (name === 'GET' ? ['GET', 'HEAD'] : [name])).join(', '),
      }
    },
  }

  function first(method: string, path: string): Extract<Match, { kind: 'found' }> | undefined {
    const [handler] = trie.match(method, path)[0] as [Destination, Record<string, string>][]
    if (!handler) return undefined
    const [destination, params] = handler
    return { kind: 'found', destination, params: decodeAll(params) }
  }
}

/** The path was checked before: every escape in it is whole. */
function decodeAll(params: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, decodeURIComponent(value)]))
}
