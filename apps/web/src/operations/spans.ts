import {
  type Attributes,
  type Context,
  context,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api'

/** Does nothing until somebody registers OpenTelemetry's SDK with its API. */
const tracer = trace.getTracer('atoll')

export { SpanKind }

export interface SpanOptions {
  kind?: SpanKind
  attributes?: Attributes
  /** The `traceparent` that it came with; default: the span around it. */
  traceparent?: string | undefined
}

/** Whether what happens now is recorded by anybody. */
export function isTraced(): boolean {
  return trace.getActiveSpan()?.isRecording() === true
}

/** Records `run` as a span, failures included. */
export function inSpan<T>(
  name: string,
  { traceparent, ...options }: SpanOptions,
  run: (span: Span) => Promise<T>,
): Promise<T> {
  return tracer.startActiveSpan(name, options, parentOf(traceparent), async (span) => {
    try {
      return await run(span)
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.message : String(error) })
      throw error
    } finally {
      span.end()
    }
  })
}

/** Names the present span to another node. */
export function currentTraceparent(): string | undefined {
  const carrier: { traceparent?: string } = {}
  propagation.inject(context.active(), carrier)
  return carrier.traceparent
}

export interface PastSpan extends SpanOptions {
  name: string
  /** Milliseconds since 1970. */
  startedAt: number
  durationMs: number
  failure?: string | undefined
  /** One after the other, from the start. */
  parts?: { name: string; durationMs: number }[]
}

/** Records what is over already. */
export function recordSpan({
  name,
  startedAt,
  durationMs,
  parts = [],
  failure,
  traceparent,
  ...options
}: PastSpan): void {
  const parent = parentOf(traceparent)
  const span = tracer.startSpan(name, { ...options, startTime: startedAt }, parent)
  let at = startedAt
  for (const part of parts) {
    const own = tracer.startSpan(part.name, { startTime: at }, trace.setSpan(parent, span))
    at += part.durationMs
    own.end(at)
  }
  if (failure) span.setStatus({ code: SpanStatusCode.ERROR, message: failure })
  span.end(startedAt + durationMs)
}

function parentOf(traceparent: string | undefined): Context {
  return traceparent === undefined ? context.active() : propagation.extract(ROOT_CONTEXT, { traceparent })
}
