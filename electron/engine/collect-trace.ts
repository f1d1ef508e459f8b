import type { Delta } from '../contract/deltas.ts';
import type { ExchangeWatch } from '../contract/call-watch.ts';
import { parseJson } from '../contract/json.ts';
import type { Json } from '../contract/json.ts';
import type { RequestStep, TracedEvent } from '../contract/studio-calls.ts';
import type { CallTrace, KnownRequest } from './call-trace.ts';
import type { ResolvedKey } from './keys/resolve-key.ts';
import type { ProviderDescription } from './provider-description.ts';
import type { ResponseHeaders, UpstreamRequest } from './transport.ts';

/** The request as far as it was known behind a station. */
type CollectedStep = {
  step: RequestStep;
  by_script: boolean;
  method: string | null;
  url: string | null;
  headers: Record<string, string> | null;
  body: string | null;
};

/** What came of one call. There are keys in it. */
export type CollectedTrace = {
  key: ResolvedKey | null;
  steps: CollectedStep[];
  status: number | null;
  headers: ResponseHeaders;
  received: string;
  events: TracedEvent[];
  events_left_out: number;
};

export type TraceCollector = {
  trace: CallTrace;
  collected: CollectedTrace;
  /** To be told of what goes over the wire. */
  sent(request: UpstreamRequest): ExchangeWatch;
};

/** Characters of one body, and of all events together. */
const longestBody = 200_000;
const longestEvents = 1_000_000;
const mostEvents = 1_000;

/** Writes down all a call tells of itself, up to what a person can look through. */
export function createTraceCollector(hooks: ProviderDescription['hooks']): TraceCollector {
  const collected: CollectedTrace = {
    key: null,
    steps: [],
    status: null,
    headers: {},
    received: '',
    events: [],
    events_left_out: 0,
  };
  const hookNames: ReadonlySet<string> = hooks;
  const events = createEventList(collected, hooks.has('modify_events'));
  const note = (step: RequestStep, known: KnownRequest): void => {
    const before = collected.steps.at(-1);
    collected.steps.push({
      step,
      by_script: hookNames.has(step),
      method: known.method ?? before?.method ?? null,
      url: known.url ?? before?.url ?? null,
      headers: known.headers ? { ...known.headers } : (before?.headers ?? null),
      body: known.body === undefined ? (before?.body ?? null) : toText(known.body),
    });
  };
  return {
    collected,
    trace: {
      key: resolved => void (collected.key = resolved),
      step: note,
      ...events,
    },
    sent(request) {
      note('sent', request);
      const chunks: Uint8Array[] = [];
      let size = 0;
      const read = (): void => {
        collected.received = Buffer.concat(chunks).toString('utf8').slice(0, longestBody);
      };
      return {
        head(status, headers) {
          collected.status = status;
          collected.headers = headers;
        },
        data(chunk) {
          if (size < longestBody) chunks.push(chunk);
          size += chunk.length;
        },
        end: read,
        fail: read,
      };
    },
  };
}

function createEventList(collected: CollectedTrace, hasHook: boolean): Pick<CallTrace, 'event' | 'modified'> {
  let size = 0;
  let changed = 0;
  return {
    event(raw, deltas) {
      const event = { raw: JSON.stringify(raw), decoded: toLines(deltas), modified: hasHook ? [] : null };
      size += event.raw.length;
      if (collected.events.length < mostEvents && size <= longestEvents) collected.events.push(event);
      else collected.events_left_out += 1;
    },
    modified(deltas) {
      const event = collected.events[changed];
      changed += 1;
      if (event) event.modified = toLines(deltas);
    },
  };
}

function toLines(deltas: readonly Delta[]): string[] {
  return deltas.map(delta => JSON.stringify(delta));
}

/** JSON with a line a field, so that two stations can be compared line by line. */
function toText(body: Json | Buffer): string {
  const text = Buffer.isBuffer(body) ? body.toString('utf8') : body;
  const value = typeof text === 'string' ? (parseJson(text) ?? text) : text;
  const shown = typeof value === 'string' ? value : JSON.stringify(value, null, 2);
  return shown.slice(0, longestBody);
}
