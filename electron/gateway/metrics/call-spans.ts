import type { SpanExporter } from '@opentelemetry/sdk-trace-base';

import { AppError } from '../../contract/errors.ts';
import type { BegunEntry } from '../inspector/show-call.ts';
import { describeSpan } from './span-attributes.ts';
import type { SpanOptions } from './span-attributes.ts';
import { parentContext } from './trace-parent.ts';

/** Sends a span for every call over OTLP. */
export type CallSpans = {
  record(entry: BegunEntry): void;
  /** Sends what waits, within two seconds. */
  close(): Promise<void>;
};

export type CallSpansDeps = {
  env: Readonly<Record<string, string | undefined>>;
  version: string;
  typeOf: SpanOptions['typeOf'];
  onProblem: (error: AppError) => void;
};

const closeWithinMs = 2_000;

/** Where spans go; undefined where nobody asked for them, by the environment variables of OpenTelemetry. */
export function tracesEndpoint(env: CallSpansDeps['env']): string | undefined {
  if (env['OTEL_SDK_DISABLED']?.trim().toLowerCase() === 'true') return undefined;
  if (env['OTEL_TRACES_EXPORTER']?.trim() === 'none') return undefined;
  const own = env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT']?.trim();
  if (own) return own;
  const base = env['OTEL_EXPORTER_OTLP_ENDPOINT']?.trim();
  return base ? `${base.replace(/\/$/, '')}/v1/traces` : undefined;
}

/** Loads OpenTelemetry, which nobody pays for who does not use it. Its own OTEL_* variables (headers, sampler, batches) hold. */
export async function openCallSpans(deps: CallSpansDeps): Promise<CallSpans | undefined> {
  const url = tracesEndpoint(deps.env);
  if (url === undefined) return undefined;
  if (!URL.canParse(url)) {
    deps.onProblem(badEndpoint(url));
    return undefined;
  }
  const [api, { BasicTracerProvider, BatchSpanProcessor }, { OTLPTraceExporter }, resource] =
    await Promise.all([
      import('@opentelemetry/api'),
      import('@opentelemetry/sdk-trace-base'),
      import('@opentelemetry/exporter-trace-otlp-http'),
      openResource(deps),
    ]);
  const provider = new BasicTracerProvider({
    resource,
    spanProcessors: [new BatchSpanProcessor(reportFailures(new OTLPTraceExporter({ url }), url, deps))],
  });
  const tracer = provider.getTracer('parley', deps.version);
  const options = { typeOf: deps.typeOf, capture_content: capturesContent(deps.env) };
  return {
    record(entry) {
      const { name, attributes, failed } = describeSpan(entry, options);
      const started = startTime(entry);
      const context = parentContext(entry.received?.request, api);
      const span = tracer.startSpan(
        name,
        { kind: api.SpanKind.CLIENT, startTime: started, attributes },
        context,
      );
      if (failed) span.setStatus({ code: api.SpanStatusCode.ERROR });
      span.end(started + ((entry.ended ?? entry.opened) - entry.opened));
    },
    async close() {
      await Promise.race([provider.shutdown().catch(() => undefined), pause(closeWithinMs)]);
    },
  };
}

async function openResource({ version }: CallSpansDeps) {
  const { defaultResource, detectResources, envDetector, resourceFromAttributes } =
    await import('@opentelemetry/resources');
  const own = resourceFromAttributes({ 'service.name': 'parley', 'service.version': version });
  // What OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES say wins.
  return defaultResource()
    .merge(own)
    .merge(detectResources({ detectors: [envDetector] }));
}

/** Told once: a collector that is down for a night is one problem. */
function reportFailures(exporter: SpanExporter, url: string, deps: CallSpansDeps): SpanExporter {
  let isReported = false;
  const report = (): void => {
    if (isReported) return;
    isReported = true;
    const message = `Spans cannot be sent to ${new URL(url).host}; check OTEL_EXPORTER_OTLP_ENDPOINT, or unset it.`;
    deps.onProblem(new AppError('upstream_unreachable', message));
  };
  return {
    export(spans, done) {
      exporter.export(spans, result => {
        if (result.error !== undefined) report();
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
  };
}

/** On spans only; events of their own are not sent. */
function capturesContent(env: CallSpansDeps['env']): boolean {
  const mode = env['OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT']?.trim().toLowerCase() ?? '';
  return ['true', 'span_only', 'span_and_event'].includes(mode);
}

/** Milliseconds since 1970; the row's time is when the call was begun, some moments after it was received. */
function startTime({ start, begun, opened }: BegunEntry): number {
  return Date.parse(start.started_at) - ((begun ?? opened) - opened);
}

function badEndpoint(url: string): AppError {
  return new AppError(
    'config_invalid',
    `OTEL_EXPORTER_OTLP_ENDPOINT is no address: "${url.slice(0, 100)}". It should look like http://localhost:4318.`,
  );
}

function pause(milliseconds: number): Promise<void> {
  return new Promise(resolve => {
    setTimeout(resolve, milliseconds).unref();
  });
}
