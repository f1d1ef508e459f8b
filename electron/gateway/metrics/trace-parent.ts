import type * as Api from '@opentelemetry/api';

import type { ReceivedRequest } from '../../contract/call-watch.ts';

type Headers = Pick<ReceivedRequest, 'raw_headers'>;

/** The span a tool made its request in, as the W3C's `traceparent` names it; the root where it names none. */
export function parentContext(request: Headers | undefined, api: typeof Api): Api.Context {
  const match = /^(?!ff)[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(?:$|-)/.exec(
    headerOf(request, 'traceparent') ?? '',
  );
  if (!match) return api.ROOT_CONTEXT;
  const [, traceId = '', spanId = '', flags = ''] = match;
  const state = headerOf(request, 'tracestate');
  const parent: Api.SpanContext = {
    traceId,
    spanId,
    traceFlags: Number.parseInt(flags, 16),
    isRemote: true,
    ...(state === undefined ? {} : { traceState: api.createTraceState(state) }),
  };
  // Ids of nothing but zeros are left to the tracer, which takes them for none.
  return api.trace.setSpanContext(api.ROOT_CONTEXT, parent);
}

function headerOf(request: Headers | undefined, wanted: string): string | undefined {
  const headers = request?.raw_headers ?? [];
  const at = headers.findIndex((name, index) => index % 2 === 0 && name.toLowerCase() === wanted);
  return at === -1 ? undefined : headers[at + 1];
}
