import type { Committed, Statement, WriteBody } from './protocol.ts'
import type { Token } from './token.ts'

/** What passes through the chain: reads and writes, as data. */
export type Call = { kind: 'read'; statements: readonly Statement[] } | WriteBody

/** `replicated`: acknowledged once every member of the in-sync set has it. `local`: once the primary committed. */
export type Durability = 'replicated' | 'local'

/** What goes with a call. Every field may be changed for what follows in the chain. */
export interface CallContext {
  /** The write's own key, so that a retry happens once. A UUIDv7; see `createKey`. */
  key?: string
  /** Read only what covers this. */
  token?: Token
  durability?: Durability
  signal?: AbortSignal
  /** Milliseconds since 1970; a write that is not taken up by then is refused. */
  deadline?: number
  /** Who asked. It goes with a write to the primary, for the logs and traces of both nodes. */
  origin?: CallOrigin
}

/** What a call belongs to. Nothing is done with it but to tell it. */
export interface CallOrigin {
  /** The id of a request. */
  request?: string
  /** The header `traceparent` of W3C Trace Context. */
  traceparent?: string
}

/** Where the time of a write went, in milliseconds. */
export interface WriteTiming {
  /** Waits: for a primary, for a turn on the way to it, for the writer's next transaction. */
  queue: number
  /** To the primary and back, and for the answers to those that travelled along. */
  network: number
  /** The writer's transaction, with everybody who shared it. */
  commit: number
  /** Until as many nodes had it as its durability asks for. */
  replicated: number
}

export interface CallResult {
  /** What an operation returned; for statements, a StatementResult for each. */
  value: unknown
  /** Covers what was read or written. */
  token: Token
  /** How many nodes are known to have the write, this one included; 0 for a read. */
  copies: number
  /** The key had run before, and this is its stored result. */
  found: boolean
  position?: Committed['position']
  /** Of a write; absent when the primary's release does not tell. */
  timing?: WriteTiming
}

/** Calls what follows; with a call, that one instead of the call that came in. */
export type Next = (call?: Call) => Promise<CallResult>

/** A function around every operation: `(call, next, context)`. It returns what `next()` returns, or something else. */
export type Middleware = (call: Call, next: Next, context: CallContext) => Promise<CallResult>
