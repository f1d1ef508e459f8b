import type { SentRequest } from '../../contract/call-watch.ts';
import { noNumbers } from '../../contract/calls.ts';
import type { CallEnd, CallStart } from '../../contract/calls.ts';
import type {
  CallDetails,
  InspectedCall,
  ShownBody,
  ShownExchange,
  ShownRequest,
} from '../../contract/inspector.ts';
import type { CallEntry, Exchange } from './call-entry.ts';
import { secretsOf } from './call-entry.ts';
import { readBody } from './kept-body.ts';
import type { KeptBody } from './kept-body.ts';
import { createRedactor } from './redact.ts';
import type { Redactor } from './redact.ts';
import { replayHeader } from './replay-header.ts';

/** An entry of which at least the beginning is known. */
export type BegunEntry = CallEntry & { start: CallStart };

/** One line of the list. */
export function showCall({ start, end, received, exchanges, is_count }: BegunEntry): InspectedCall {
  return {
    ...start,
    ...(end ? ledgerRow(end) : { ...unknownEnd, attempts: exchanges.length }),
    // A call that goes on elsewhere than where it began says so when it ends.
    backend: end?.backend ?? exchanges.at(-1)?.to.backend ?? start.backend,
    dialect_out: end?.dialect_out ?? start.dialect_out,
    path: received ? pathOf(received.request.url) : null,
    replay_of: received ? replayHeader(received.request.raw_headers) : null,
    is_count,
  };
}

/** All of it, with every key taken out. */
export function showDetails(entry: BegunEntry): CallDetails {
  const redact = createRedactor(secretsOf(entry));
  const { opened, received, begun, ended, end } = entry;
  const firstToken = end?.first_token_ms ?? null;
  return {
    ...showCall(entry),
    received: received ? showReceived(entry, redact) : null,
    warnings: warningsOf(entry).map(warning => redact.text(warning)),
    attempt_list: entry.attempts,
    exchanges: entry.exchanges.map(exchange => showExchange(exchange, opened, redact)),
    timings: {
      routed_ms: since(opened, begun),
      first_token_ms: firstToken === null || begun === undefined ? null : round(begun - opened + firstToken),
      end_ms: since(opened, ended),
    },
    is_kept: false,
  };
}

const unknownEnd = {
  model_answered: null,
  status: 'running',
  http_status: null,
  error_code: null,
  ...noNumbers,
  first_token_ms: null,
  duration_ms: null,
} as const;

function ledgerRow(end: CallEnd): Omit<CallEnd, 'id' | 'backend' | 'dialect_out' | 'price'> {
  const { id: _id, backend: _backend, dialect_out: _dialect, price: _price, ...row } = end;
  return row;
}

/** As the tool was told, in a header. */
function warningsOf({ received }: CallEntry): string[] {
  const said = received?.request.answer_headers['parley-warnings'];
  return said === undefined ? [] : said.split(' | ').map(decode);
}

/** Percent signs stand for what no header can hold, or for themselves. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function showReceived({ received }: CallEntry, redact: Redactor): ShownRequest | null {
  if (!received) return null;
  const { method, url, raw_headers: raw } = received.request;
  const headers = raw.flatMap((name, at): [string, string][] =>
    at % 2 === 0 ? [[name, raw[at + 1] ?? '']] : [],
  );
  return {
    method,
    url: redact.url(url),
    headers: redact.headers(headers),
    body: showBody(received.body, redact),
  };
}

function showExchange(exchange: Exchange, opened: number, redact: Redactor): ShownExchange {
  const { to, request, body, status, headers, answer, error } = exchange;
  return {
    number: to.number,
    backend: to.backend,
    model: to.model,
    request: showSent(request, body, redact),
    status,
    headers: redact.headers(pairsOf(headers)),
    body: answer.size === 0 ? null : showBody(answer, redact),
    error: error === null ? null : redact.text(error),
    sent_ms: since(opened, exchange.sent),
    connected_ms: since(opened, exchange.connected),
    head_ms: since(opened, exchange.head),
    first_byte_ms: since(opened, exchange.first_byte),
    end_ms: since(opened, exchange.ended),
  };
}

function showSent(
  { method, url, headers }: Omit<SentRequest, 'body'>,
  body: KeptBody | undefined,
  redact: Redactor,
): ShownRequest {
  return {
    method,
    url: redact.url(url),
    headers: redact.headers(Object.entries(headers)),
    body: body ? showBody(body, redact) : null,
  };
}

function showBody(body: KeptBody, redact: Redactor): ShownBody {
  const read = readBody(body);
  if (!read) return { text: '', size: body.size, is_whole: false };
  return { text: redact.text(read.text, read.is_whole), size: body.size, is_whole: read.is_whole };
}

function* pairsOf(headers: Record<string, string | string[]>): Iterable<[string, string]> {
  for (const [name, value] of Object.entries(headers)) {
    for (const each of Array.isArray(value) ? value : [value]) yield [name, each];
  }
}

function pathOf(url: string): string {
  const query = url.indexOf('?');
  return query === -1 ? url : url.slice(0, query);
}

function since(opened: number, moment: number | undefined): number | null {
  return moment === undefined ? null : round(moment - opened);
}

function round(milliseconds: number): number {
  return Math.round(milliseconds * 100) / 100;
}
