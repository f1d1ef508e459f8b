import { createServer } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

import { onTestFinished } from 'vitest';

/** A span as OTLP/JSON has it, with its attributes by name. */
export type ReceivedSpan = {
  name: string;
  kind: number;
  trace_id: string;
  parent_id: string;
  start_ms: number;
  end_ms: number;
  status: number | undefined;
  attributes: Record<string, unknown>;
};

export type OtlpReceiver = {
  url: string;
  spans: ReceivedSpan[];
  resource: Record<string, unknown>;
  requests: { path: string; headers: IncomingHttpHeaders }[];
};

type Value = {
  stringValue?: string;
  intValue?: number | string;
  doubleValue?: number;
  boolValue?: boolean;
  arrayValue?: { values: Value[] };
};
type KeyValue = { key: string; value: Value };
type Span = {
  name: string;
  kind: number;
  traceId: string;
  parentSpanId?: string;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  status?: { code?: number };
  attributes: KeyValue[];
};
type Batch = { resourceSpans: { resource: { attributes: KeyValue[] }; scopeSpans: { spans: Span[] }[] }[] };

/** A collector of traces on a free port, for one test. */
export async function startOtlpReceiver(answer = 200): Promise<OtlpReceiver> {
  const receiver: OtlpReceiver = { url: '', spans: [], resource: {}, requests: [] };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      receiver.requests.push({ path: request.url ?? '', headers: request.headers });
      if (answer === 200) take(receiver, JSON.parse(Buffer.concat(chunks).toString()) as Batch);
      response.writeHead(answer, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>(resolve => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise(resolve => server.close(resolve));
  });
  receiver.url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return receiver;
}

function take(receiver: OtlpReceiver, { resourceSpans }: Batch): void {
  for (const { resource, scopeSpans } of resourceSpans) {
    Object.assign(receiver.resource, readAttributes(resource.attributes));
    for (const span of scopeSpans.flatMap(({ spans }) => spans)) {
      receiver.spans.push({
        name: span.name,
        kind: span.kind,
        trace_id: span.traceId,
        parent_id: span.parentSpanId ?? '',
        start_ms: Number(BigInt(span.startTimeUnixNano) / 1000n) / 1000,
        end_ms: Number(BigInt(span.endTimeUnixNano) / 1000n) / 1000,
        status: span.status?.code,
        attributes: readAttributes(span.attributes),
      });
    }
  }
}

function readAttributes(attributes: KeyValue[]): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, readValue(value)]));
}

function readValue({ stringValue, intValue, doubleValue, boolValue, arrayValue }: Value): unknown {
  if (arrayValue) return arrayValue.values.map(readValue);
  return stringValue ?? boolValue ?? doubleValue ?? (intValue === undefined ? undefined : Number(intValue));
}
