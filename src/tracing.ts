import type { Soon } from './iam/soon.ts';

/** Where time goes, for whoever collects traces. */
export interface Tracing {
  /** Runs something as one span: within the span it is called in, with these attributes. Errors pass, and are noted. */
  span<T>(name: string, attributes: Readonly<Record<string, string>>, run: () => Soon<T>): Soon<T>;
  /** Sends what was collected: a process whose request has ended may not run on. Null where nothing is. */
  readonly flush: (() => Promise<void>) | null;
}

/** No traces, at no cost. */
export const NO_TRACING: Tracing = {
  span: (_name, _attributes, run) => run(),
  flush: null,
};

/** The variables by which OpenTelemetry is told where traces go (opentelemetry.io: OTLP exporter configuration). */
const ENDPOINTS = ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'OTEL_EXPORTER_OTLP_ENDPOINT'] as const;

/** Traces by the standard API where an exporter is configured in the environment; else nothing is even loaded. */
export async function openTracing(environment: Readonly<Record<string, string | undefined>>): Promise<Tracing> {
  if (ENDPOINTS.every((name) => (environment[name] ?? '') === '')) return NO_TRACING;
  const [api, sdk, { OTLPTraceExporter }, { resourceFromAttributes }] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/sdk-trace-node'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
  ]);
  const provider = new sdk.NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': environment.OTEL_SERVICE_NAME ?? 'guestlist' }),
    spanProcessors: [new sdk.BatchSpanProcessor(new OTLPTraceExporter())],
  });
  provider.register();
  const tracer = api.trace.getTracer('guestlist');
  return {
    span: (name, attributes, run) =>
      tracer.startActiveSpan(name, { attributes }, async (span) => {
        try {
          return await run();
        } catch (error) {
          span.setStatus({
            code: api.SpanStatusCode.ERROR,
            message: error instanceof Error ? error.message.slice(0, 200) : 'failed',
          });
          throw error;
        } finally {
          span.end();
        }
      }),
    // Traces are a courtesy: nothing waits for them in vain, and nothing fails for them.
    flush: () => provider.forceFlush().catch(() => {}),
  };
}
