import type { Delta } from '../contract/deltas.ts';
import type { ExchangeWatch } from '../contract/call-watch.ts';
import { parseJson } from '../contract/json.ts';
import type { Json } from '../contract/json.ts';
import type { RequestStep, TracedEvent } from '../contract/studio-calls.ts';
import { joinBytes } from './join-bytes.ts';
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

/** Told that there is more, and which event is new or changed where it is one. */
export type TraceListener = (collected: CollectedTrace, event?: number) => void;

/** Writes down all a call tells of itself, up to what a person can look through. */
export function createTraceCollector(
  hooks: ProviderDescription['hooks'],
  onChange: TraceListener = () => undefined,
): TraceCollector {
  const collected = emptyTrace();
  const hookNames: ReadonlySet<string> = hooks;
  const events = createEventList(collected, hooks.has('modify_events'), onChange);
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
    onChange(collected);
  };
  return {
    collected,
    trace: {
      key: resolved => void (collected.key = resolved),
      step: note,
      ...events,
    },
    sent({ body, ...request }) {
      note(
        'sent',
        typeof body === 'object'
          ? { ...request, body: joinBytes(body) }
          : { ...request, ...(body === undefined ? {} : { body }) },
      );
      const chunks: Uint8Array[] = [];
      let size = 0;
      const read = (): void => {
        collected.received = Buffer.concat(chunks).toString('utf8').slice(0, longestBody);
      };
      return {
        head(status, headers) {
          collected.status = status;
          collected.headers = headers;
          onChange(collected);
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

function emptyTrace(): CollectedTrace {
  return {
    key: null,
    steps: [],
    status: null,
    headers: {},
    received: '',
    events: [],
    events_left_out: 0,
  };
}

function createEventList(
  collected: CollectedTrace,
  hasHook: boolean,
  onChange: TraceListener,
): Pick<CallTrace, 'event' | 'modified'> {
  let size = 0;
  let changed = 0;
  return {
    event(raw, deltas) {
      const event = { raw: JSON.stringify(raw), decoded: toLines(deltas), modified: hasHook ? [] : null };
      size += event.raw.length;
      const isKept = collected.events.length < mostEvents && size <= longestEvents;
      if (isKept) collected.events.push(event);
      else collected.events_left_out += 1;
      onChange(collected, isKept ? collected.events.length - 1 : undefined);
    },
    modified(deltas) {
      const event = collected.events[changed];
      changed += 1;
      if (!event) return;
      event.modified = toLines(deltas);
      onChange(collected, changed - 1);
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
