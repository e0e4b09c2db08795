import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Action } from '@atoll/live'
import { kindOfAnswer } from './metrics.ts'
import { inRequest, requestIdOf } from './request-scope.ts'
import { inSpan, SpanKind } from './spans.ts'

interface RecordRequest {
  request: IncomingMessage
  response: ServerResponse
  /** Whether its `traceparent` comes from a proxy of ours: a stranger must not decide what is recorded. */
  isTrusted: (request: IncomingMessage) => boolean
}

/** Answers a request under its id, and as a span where traces are taken. */
export function recordRequest(
  { request, response, isTrusted }: RecordRequest,
  answer: () => Promise<void>,
): Promise<void> {
  const { method = '', url = '', headers } = request
  const { traceparent } = headers
  const options = {
    kind: SpanKind.SERVER,
    attributes: { 'http.request.method': method, 'url.path': url.split('?', 1)[0]! },
    ...(typeof traceparent === 'string' && isTrusted(request) && { traceparent }),
  }
  return inRequest(requestIdOf(request), () =>
    inSpan(`${method} ${kindOfAnswer(url)}`, options, async (span) => {
      await answer()
      span.setAttribute('http.response.status_code', response.statusCode)
    }),
  )
}

/** The same for what a visitor does over the line of an open page; its key is its id. */
export function recordAction(name: string, act: Action): Action {
  return (input, asked) =>
    inRequest(asked.key, () => inSpan(`live ${name}`, { kind: SpanKind.SERVER }, () => act(input, asked)))
}
