import { performance } from 'node:perf_hooks';

import type { CallWatch, ExchangeWatch, ReceivedRequest } from '../../contract/call-watch.ts';
import type { Attempt, CallEnd, CallLog, CallStart } from '../../contract/calls.ts';
import type { CallDetails, InspectedCall } from '../../contract/inspector.ts';
import { PassingMap } from '../../contract/passing-map.ts';
import { CallEntry, dropBodies, Exchange } from './call-entry.ts';
import { createChangeSignal } from './change-signal.ts';
import type { ChangeSignal } from './change-signal.ts';
import { RequestBody } from './kept-body.ts';
import { showCall, showDetails } from './show-call.ts';
import type { BegunEntry } from './show-call.ts';

export type InspectorFilter = {
  client?: string | undefined;
  backend?: string | undefined;
  status?: InspectedCall['status'] | undefined;
};

/** The last calls as they went over the wires, in memory. Keys are taken out where somebody looks, not before. */
export type Inspector = CallLog &
  CallWatch & {
    attempted(attempt: Attempt): void;
    /** Newest first. */
    list(filter?: InspectorFilter): InspectedCall[];
    /** Undefined where it is none of the last ones. */
    get(id: string): CallDetails | undefined;
    /** As it came, keys and all: for sending it again, never for showing. Undefined where none was received. */
    receivedAs(id: string): (ReceivedRequest & { is_whole: boolean }) | undefined;
    /** Told of a call the moment it has ended, and nothing of it is formatted yet. */
    onEnd(listener: (entry: BegunEntry) => void): () => void;
    /** Told of the first sight of a received request. */
    onReceived(listener: (id: string, request: ReceivedRequest) => void): () => void;
    /** Told which calls have changed, at most every 200 ms. */
    onChange(listener: (ids: string[]) => void): () => void;
  };

export type InspectorOptions = {
  calls?: number;
  body_bytes?: number;
  /** Milliseconds that only ever grow. */
  now?: () => number;
};

const defaultCalls = 500;
const defaultBodyBytes = 32 * 1024 * 1024;

export function createInspector(options: InspectorOptions = {}): Inspector {
  const now = options.now ?? ((): number => performance.now());
  const held = holdEntries(options.calls ?? defaultCalls, options.body_bytes ?? defaultBodyBytes, now);
  const changes = createChangeSignal();
  const endListeners = new Set<(entry: BegunEntry) => void>();
  const receivedListeners = new Set<(id: string, request: ReceivedRequest) => void>();
  const entries = followCalls(held, changes, now);
  return {
    received(id, request) {
      const entry = held.add(id);
      const { method, url, raw_headers, answer_headers } = request;
      const body = new RequestBody([request.body]);
      entry.received = { request: { method, url, raw_headers, answer_headers }, body };
      held.grew(entry, body.kept, body.isLent);
      for (const listener of receivedListeners) listener(id, request);
    },
    begin: start => void entries.begin(start),
    sent(id, to, request) {
      const entry = held.find(id);
      if (!entry) return unwatched;
      const exchange = new Exchange(to, request, now());
      entry.exchanges.push(exchange);
      held.grew(entry, exchange.body?.kept ?? 0, exchange.body?.isLent ?? false);
      changes.note(entry);
      return new WatchedExchange(entry, exchange, held, now);
    },
    attempted: attempt => void held.find(attempt.call_id)?.attempts.push(attempt),
    end(end) {
      const entry = entries.finish(end);
      if (entry && isBegun(entry)) for (const listener of endListeners) listener(entry);
    },
    aside: {
      begin(start) {
        entries.begin(start).is_count = true;
      },
      end: end => void entries.finish(end),
    },
    list: filter =>
      held
        .newestFirst()
        .filter(isBegun)
        .map(showCall)
        .filter(call => fits(call, filter ?? {})),
    get(id) {
      const entry = held.find(id);
      return entry && isBegun(entry) ? showDetails(entry) : undefined;
    },
    receivedAs: id => wholeRequest(held.find(id)),
    onEnd: listener => listen(endListeners, listener),
    onReceived: listener => listen(receivedListeners, listener),
    onChange: listener => changes.listen(listener),
  };
}

function followCalls(held: HeldEntries, changes: ChangeSignal, now: () => number) {
  return {
    begin(start: CallStart): CallEntry {
      const entry = held.open(start.id);
      entry.start = start;
      entry.begun = now();
      changes.note(entry);
      return entry;
    },
    finish(end: CallEnd): CallEntry | undefined {
      const entry = held.find(end.id);
      if (!entry) return undefined;
      entry.end = end;
      entry.ended = now();
      changes.note(entry);
      return entry;
    },
  };
}

/** For a call that has been running so long that it is none of the last ones any more. */
const unwatched: ExchangeWatch = { head() {}, data() {}, end() {}, fail() {} };

type HeldEntries = ReturnType<typeof holdEntries>;

/** The last entries, and of those the bodies of as many as there is room for. */
function holdEntries(mostCalls: number, mostBytes: number, now: () => number) {
  const byId = new PassingMap<string, CallEntry>();
  // Each in the place of the one before it by so many: a Map looks through all that it has lost to find its oldest.
  const places: CallEntry[] = [];
  let count = 0;
  /** The number of the first that may have bodies. */
  let withBodies = 0;
  let bytes = 0;

  const find = (id: string): CallEntry | undefined => {
    const latest = places[(count - 1) % mostCalls];
    return latest?.id === id ? latest : byId.get(id);
  };
  const forgetBodies = (entry: CallEntry): void => {
    if (entry.body_bytes === 0) return;
    bytes -= entry.body_bytes;
    dropBodies(entry);
    entry.body_bytes = 0;
    entry.holds_lent = false;
  };
  const forget = (entry: CallEntry): void => {
    byId.delete(entry.id);
    // Nobody has an entry that is over: its bodies go with it. To look at each of them costs more than it took to keep them.
    if (entry.ended === undefined || entry.holds_lent) forgetBodies(entry);
    else bytes -= entry.body_bytes;
    entry.is_gone = true;
    withBodies = Math.max(withBodies, entry.number + 1);
  };
  const add = (id: string): CallEntry => {
    const entry = new CallEntry(id, count, now());
    const oldest = places[count % mostCalls];
    if (oldest) forget(oldest);
    places[count % mostCalls] = entry;
    count += 1;
    byId.add(id, entry);
    return entry;
  };
  return {
    find,
    /** For a call that is not there yet. */
    add,
    open: (id: string): CallEntry => find(id) ?? add(id),
    newestFirst(): CallEntry[] {
      const newest = count % mostCalls;
      return [...places.slice(newest), ...places.slice(0, newest)].reverse();
    },
    grew(entry: CallEntry, added: number, isLent: boolean): void {
      if (entry.is_gone) {
        dropBodies(entry);
        return;
      }
      bytes += added;
      entry.body_bytes += added;
      entry.holds_lent ||= isLent;
      withBodies = Math.min(withBodies, entry.number);
      for (; withBodies < count; withBodies += 1) {
        if (bytes <= mostBytes) return;
        const oldest = places[withBodies % mostCalls];
        if (oldest) forgetBodies(oldest);
      }
    },
  };
}

/** A class, not an object with functions of its own: one is made for every exchange. */
class WatchedExchange implements ExchangeWatch {
  readonly #entry: CallEntry;
  readonly #exchange: Exchange;
  readonly #held: HeldEntries;
  readonly #now: () => number;

  constructor(entry: CallEntry, exchange: Exchange, held: HeldEntries, now: () => number) {
    this.#entry = entry;
    this.#exchange = exchange;
    this.#held = held;
    this.#now = now;
  }

  connected(): void {
    this.#exchange.connected ??= this.#now();
  }

  head(status: number, headers: Exchange['headers']): void {
    this.#exchange.head = this.#now();
    this.#exchange.status = status;
    this.#exchange.headers = headers;
  }

  data(chunk: Uint8Array): void {
    this.#exchange.first_byte ??= this.#now();
    const { answer } = this.#exchange;
    const added = answer.push(chunk);
    if (added > 0) this.#held.grew(this.#entry, added, answer.isLent);
  }

  end(): void {
    this.#exchange.ended ??= this.#now();
  }

  fail(message: string): void {
    if (this.#exchange.ended !== undefined) return;
    this.#exchange.ended = this.#now();
    this.#exchange.error = message;
  }
}

function isBegun(entry: CallEntry): entry is BegunEntry {
  return entry.start !== undefined;
}

function fits(call: InspectedCall, { client, backend, status }: InspectorFilter): boolean {
  return (
    (client === undefined || call.client === client) &&
    (backend === undefined || call.backend === backend) &&
    (status === undefined || call.status === status)
  );
}

function wholeRequest(entry: CallEntry | undefined): (ReceivedRequest & { is_whole: boolean }) | undefined {
  if (!entry?.received) return undefined;
  const { request, body } = entry.received;
  const content = body.content();
  const bytes = typeof content === 'string' ? Buffer.from(content) : (content ?? Buffer.alloc(0));
  return { ...request, body: bytes, is_whole: content !== undefined && content.length === body.size };
}

function listen<T>(listeners: Set<T>, listener: T): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
