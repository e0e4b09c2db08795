import type { Settings } from './settings.ts'
import { version } from './version.ts'

export interface Tracing {
  /** Sends what is left, for a while. */
  close(): Promise<void>
}

/** Spans that wait; what is more is dropped, so that a collector that is gone costs nothing but its traces. */
const mostWaiting = 2048
const sendEveryMs = 1000
const sendWithinMs = 5000
const closeWithinMs = 2000

/** Sends traces to the collector of the settings. Without one, nothing of OpenTelemetry's SDK is even loaded. */
export async function startTracing({ tracesTo, tracedShare, node, region }: TracingSettings): Promise<Tracing> {
  if (!tracesTo) return { close: async () => {} }
  const [api, { AsyncLocalStorageContextManager }, { W3CTraceContextPropagator }, exporter, resources, sdk] =
    await Promise.all([
      import('@opentelemetry/api'),
      import('@opentelemetry/context-async-hooks'),
      import('@opentelemetry/core'),
      import('@opentelemetry/exporter-trace-otlp-http'),
      import('@opentelemetry/resources'),
      import('@opentelemetry/sdk-trace'),
    ])
  const provider = new sdk.TracerProvider({
    resource: resources.resourceFromAttributes({
      'service.name': 'atoll',
      'service.version': version,
      'service.instance.id': node,
      'cloud.region': region,
    }),
    sampler: new sdk.ParentBasedSampler({ root: new sdk.TraceIdRatioBasedSampler(tracedShare) }),
    spanProcessors: [
      new sdk.BatchSpanProcessor({
        exporter: new exporter.OTLPTraceExporter({ url: `${tracesTo}/v1/traces`, timeoutMillis: sendWithinMs }),
        maxQueueSize: mostWaiting,
        scheduledDelayMillis: sendEveryMs,
        exportTimeoutMillis: sendWithinMs,
      }),
    ],
  })
  api.context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  api.propagation.setGlobalPropagator(new W3CTraceContextPropagator())
  api.trace.setGlobalTracerProvider(provider)
  return {
    async close() {
      const late = new Promise<void>((resolve) => setTimeout(resolve, closeWithinMs).unref())
      await Promise.race([provider.shutdown().catch(() => {}), late])
    },
  }
}

type TracingSettings = Pick<Settings, 'tracesTo' | 'tracedShare' | 'node' | 'region'>
