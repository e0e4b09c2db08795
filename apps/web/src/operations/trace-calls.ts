import type { Call, CallContext, CallResult, Middleware, Next, TakenWrite } from '@atoll/repo'
import type { Log } from '../log.ts'
import { currentRequest } from './request-scope.ts'
import { currentTraceparent, inSpan, isTraced, recordSpan, SpanKind } from './spans.ts'

/** Puts reads and writes into the trace of their request, and tells the primary whose write it is. */
export const traceCalls: Middleware = (call, next, context) => {
  if (call.kind !== 'read') return traceWrite(call, next, context)
  return isTraced()
    ? inSpan('read', { attributes: { 'atoll.statements': call.statements.length } }, () => next())
    : next()
}

function traceWrite(call: Call, next: Next, context: CallContext): Promise<CallResult> {
  const request = currentRequest()
  if (!request) return next()
  return inSpan(nameOf(call), { kind: SpanKind.CLIENT }, async (span) => {
    const traceparent = currentTraceparent()
    context.origin = { request, ...(traceparent && { traceparent }) }
    const result = await next()
    const { timing, copies, found } = result
    span.setAttributes({ 'atoll.copies': copies, 'atoll.found': found })
    for (const [part, ms] of Object.entries(timing ?? {})) span.setAttribute(`atoll.${part}_ms`, ms)
    return result
  })
}

function nameOf(call: Call): string {
  return call.kind === 'operation' ? `write ${call.name}` : 'write'
}

/** Logs what this node was asked for as primary, under the id that its request has where it came in. */
export function reportTaken(log: Log): (taken: TakenWrite) => void {
  return ({ name, from, origin, outcome, code, tookMs, timing }) => {
    const details = {
      requestId: origin.request,
      write: name,
      from,
      outcome,
      ...(code && { code }),
      ms: Math.round(tookMs * 10) / 10,
    }
    if (outcome === 'unknown') log.warn(details, 'took a write, and does not know whether it is kept')
    else log.debug(details, 'took a write')
    if (!origin.traceparent) return
    const { queue = 0, commit = 0, replicated = 0 } = timing ?? {}
    recordSpan({
      name: `take ${name}`,
      kind: SpanKind.SERVER,
      traceparent: origin.traceparent,
      attributes: { 'atoll.from': from, 'atoll.outcome': outcome },
      failure: code,
      startedAt: Date.now() - tookMs,
      durationMs: tookMs,
      parts: [
        { name: 'queue', durationMs: queue },
        { name: 'commit', durationMs: commit },
        { name: 'replicate', durationMs: replicated },
      ],
    })
  }
}
