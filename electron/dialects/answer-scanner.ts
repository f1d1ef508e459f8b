import type { Delta } from '../contract/deltas.ts';
import { parseJsonObject } from '../contract/json.ts';
import type { JsonObject } from '../contract/json.ts';
import { countOf } from './count-of.ts';
import type { ClientDialect, EventDecoder, PassthroughFacts, PassthroughScanner } from './dialect.ts';
import { createLineReader } from './line-reader.ts';

/** What a dialect knows that a scanner needs. */
export type ScannedDialect = Pick<ClientDialect, 'createDecoder' | 'decodeResponse'> & {
  /** Whether a line from the middle of an answer is worth parsing; nearly none is. */
  mayHoldFacts(this: void, line: string): boolean;
  /** What each event without facts has exactly once; where there is none, events that come together are looked at one by one. */
  mark?: string;
  /** Whether `decodeResponse` is certain to find an answer that is finished, and no error: all else can be read later. */
  isFinished(body: JsonObject): boolean;
  /** What `decodeResponse` says of such an answer besides its content; where it is missing, that is asked. */
  readFacts?(body: JsonObject): Pick<PassthroughFacts, 'model' | 'usage'>;
  /** Field of a whole answer that says why it ended, in quotes. */
  finishField: string;
  /** How a streamed answer is cut; server-sent events where nothing is said. */
  framing?: ClientDialect['framing'];
  /** A whole answer that says no more than head and tail of a large one; for other fields than `model` and `usage`. */
  readEdges?(edges: Edges): JsonObject | undefined;
};

export type Edges = { head: string; tail: string };

// A whole answer up to this size is parsed at its end, a few µs a KB; a larger one is searched in head and tail.
const maxParsedBytes = 1024 * 1024;
const edgeBytes = 64 * 1024;

const nothing: Buffer = Buffer.alloc(0);

/** A chunk of a stream that is smaller is looked at as a whole. */
const leastCut = 2 * 1024;
/** The last events of an answer are those that say why it ended and what it used; and there is the line that says it is over. */
const lastEvents = 4;
const betweenEvents = '\n\n';

const LF = 10;
const CLOSE_BRACE = 0x7d;

/** Watches an answer's bytes go by for what the ledger needs. It never throws: the bytes are the tool's, not ours. */
export function createAnswerScanner(dialect: ScannedDialect, stream: boolean): PassthroughScanner {
  return stream ? new StreamScanner(dialect) : createWholeScanner(dialect);
}

class StreamScanner implements PassthroughScanner {
  readonly #dialect: ScannedDialect;
  readonly #facts: PassthroughFacts = { finished: false, started: false };
  readonly #decoder: EventDecoder;
  readonly #lines = createLineReader();
  readonly #isSse: boolean;
  #gaveUp = false;
  #isOver = false;
  /** The line before said `event: error`: what follows may be plain text. */
  #isErrorEvent = false;
  /** Data that is no JSON yet: an event may be cut into lines. */
  #pending = '';

  constructor(dialect: ScannedDialect) {
    this.#dialect = dialect;
    this.#decoder = dialect.createDecoder();
    this.#isSse = dialect.framing !== 'ndjson';
  }

  push(chunk: Buffer): Buffer {
    if (this.#gaveUp || this.#isHarmless(chunk)) return chunk;
    try {
      if (this.#isSse && chunk.length >= leastCut) this.#readMany(chunk);
      else this.#lines.push(chunk, this.#readLine);
    } catch {
      // A line without end: whatever it is, it can only be handed on.
      this.#gaveUp = true;
    }
    return chunk;
  }

  end(): Buffer {
    if (!this.#gaveUp) this.#lines.end(this.#readLine);
    return nothing;
  }

  facts(): PassthroughFacts {
    return this.#facts;
  }

  isDone(): boolean {
    return this.#isOver;
  }

  readonly #readLine = (buffer: Buffer, start: number, end: number): void => {
    // Not UTF-8: as bytes it is found faster, and nearly every line is only looked at.
    const line = buffer.toString('latin1', start, end);
    const prefix = this.#isSse ? 'data:' : '';
    if (!line.startsWith(prefix)) {
      if (start === end) this.#pending = '';
      else this.#isErrorEvent = /^event: ?error$/.test(line);
      return;
    }
    // What does not end like an object goes on in the next line.
    const isWhole = this.#pending === '' && line.endsWith('}');
    if (isWhole && this.#isKnown() && !this.#dialect.mayHoldFacts(line)) return;
    this.#readData(buffer.toString('utf8', start + prefix.length, end));
  };

  #readData(text: string): void {
    const whole = this.#pending === '' ? text : `${this.#pending}\n${text}`;
    if (this.#isSse && text.trim() === '[DONE]') this.#isOver = true;
    const event = parseJsonObject(whole);
    this.#pending = event || !this.#isSse || whole.length > edgeBytes ? '' : whole;
    if (event) noteDeltas(this.#facts, this.#decoder.decodeEvent(event));
    else if (this.#isErrorEvent) noteDeltas(this.#facts, this.#decoder.decodeEvent({ error: text.trim() }));
  }

  /** Whether only the end of the answer, or an error, can still tell something. */
  #isKnown(): boolean {
    return this.#facts.started && this.#facts.model !== undefined;
  }

  /** Whether something has begun that what comes next belongs to. */
  #isWithin(): boolean {
    return this.#pending !== '' || this.#isErrorEvent || !this.#lines.isEmpty();
  }

  /** Whole events without facts, which is nearly every chunk: a look at all of it is cheaper than at its lines. */
  #isHarmless(chunk: Buffer): boolean {
    if (!this.#isSse || !this.#isKnown() || this.#isWithin()) return false;
    const last = chunk.length - 1;
    if (chunk[last] !== LF || chunk[last - 1] !== LF || chunk[last - 2] !== CLOSE_BRACE) return false;
    const { mark, mayHoldFacts } = this.#dialect;
    const text = chunk.toString('latin1');
    const events = countOf(text, '\ndata:') + (text.startsWith('data:') ? 1 : 0);
    if (events === 0 || mayHoldFacts(text)) return false;
    return events === 1 || (mark !== undefined && countOf(text, mark) === events);
  }

  /**
   * Many events at once are looked at as if they had come in three pieces: the first, until it is known who answers and where an
   * event begins; those in the middle, which mostly tell nothing; and the last.
   */
  #readMany(chunk: Buffer): void {
    let start = 0;
    while (!(this.#isKnown() && this.#lines.isEmpty()) && start < leastCut) {
      const end = chunk.indexOf(betweenEvents, start);
      if (end === -1) break;
      this.#lines.push(chunk.subarray(start, end + betweenEvents.length), this.#readLine);
      start = end + betweenEvents.length;
    }
    const last = startOfLast(chunk);
    if (last > start && this.#isHarmless(chunk.subarray(start, last))) start = last;
    this.#lines.push(chunk.subarray(start), this.#readLine);
  }
}

/** Where the last events of a chunk begin; 0 where there are no more than those. */
function startOfLast(chunk: Buffer): number {
  let at = chunk.length;
  for (let count = 0; count <= lastEvents; count += 1) {
    at = at < betweenEvents.length ? -1 : chunk.lastIndexOf(betweenEvents, at - betweenEvents.length);
    if (at === -1) return 0;
  }
  return at + betweenEvents.length;
}

function noteDeltas(facts: PassthroughFacts, deltas: Delta[]): void {
  for (const delta of deltas) {
    switch (delta.type) {
      case 'message':
        if (delta.model !== undefined) facts.model = delta.model;
        if (delta.usage) facts.usage = { ...facts.usage, ...delta.usage };
        if (delta.finish_reason !== undefined) facts.finished = true;
        break;
      case 'block_start':
      case 'block_delta':
        facts.started = true;
        break;
      case 'error':
        facts.error = delta.error.message;
        if (delta.error.http_status !== undefined) facts.error_status = delta.error.http_status;
        if (delta.error.retry_after_ms !== undefined) facts.retry_after_ms = delta.error.retry_after_ms;
        break;
    }
  }
}

function createWholeScanner(dialect: ScannedDialect): PassthroughScanner {
  const facts: PassthroughFacts = { finished: false, started: false };
  let chunks: Buffer[] = [];
  let length = 0;
  let head: Buffer | undefined;
  let tail = nothing;
  /** An answer that is on its way to the tool before the rest of it is read. */
  let unread: JsonObject | undefined;

  function readBody(): void {
    const bytes = chunks.length > 1 ? Buffer.concat(chunks) : chunks[0];
    const body = bytes && parseJsonObject(bytes.toString('utf8'));
    if (!body) return;
    if (dialect.isFinished(body)) {
      facts.finished = true;
      unread = body;
      return;
    }
    noteWhole(facts, dialect, body);
    // Some servers leave the finish reason out of a whole answer, which is whole all the same.
    if (facts.error === undefined) facts.finished ||= facts.started;
  }

  return {
    push(chunk) {
      length += chunk.length;
      if (head) {
        tail = lastBytes(Buffer.concat([tail, lastBytes(chunk)]));
        return chunk;
      }
      chunks.push(chunk);
      if (length > maxParsedBytes) {
        const body = Buffer.concat(chunks);
        head = Buffer.from(body.subarray(0, edgeBytes));
        tail = lastBytes(body);
        chunks = [];
      }
      return chunk;
    },
    end() {
      if (head) noteEdges(facts, dialect, { head: head.toString('utf8'), tail: tail.toString('utf8') });
      else readBody();
      chunks = [];
      return nothing;
    },
    isSound: () => unread !== undefined,
    facts() {
      if (unread && dialect.readFacts) Object.assign(facts, { started: true }, dialect.readFacts(unread));
      else if (unread) noteWhole(facts, dialect, unread);
      unread = undefined;
      return facts;
    },
    isDone: () => false,
  };
}

/** Of what cannot be read nothing is known: a call without end would be worse. */
function noteWhole(facts: PassthroughFacts, dialect: ScannedDialect, body: JsonObject): void {
  try {
    noteDeltas(facts, dialect.decodeResponse(body));
  } catch {
    // Arguments nested by the thousands, which parse but cannot be written.
  }
}

function lastBytes(bytes: Buffer): Buffer {
  return bytes.length <= edgeBytes ? bytes : Buffer.from(bytes.subarray(bytes.length - edgeBytes));
}

function noteEdges(facts: PassthroughFacts, dialect: ScannedDialect, edges: Edges): void {
  facts.started = true;
  const known = dialect.readEdges ? dialect.readEdges(edges) : readModelAndUsage(edges);
  if (known) noteDeltas(facts, dialect.decodeResponse(known));
  facts.finished = isSet(edges.tail, dialect.finishField) || isSet(edges.head, dialect.finishField);
}

/** Facts of an answer too large to parse: the model stands before what was said, usage after it, as a rule. */
function readModelAndUsage({ head, tail }: Edges): JsonObject | undefined {
  const model = /"model"\s*:\s*("(?:[^"\\]|\\.)*")/.exec(head)?.[1] ?? '""';
  const usage = /"usage"\s*:\s*(\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\})/.exec(tail)?.[1] ?? '{}';
  return parseJsonObject(`{"model":${model},"usage":${usage}}`);
}

/** Of each name that was asked for; they are constants. V8 finds a quoted name by a pattern five times as fast as by `indexOf`. */
const setFields = new Map<string, RegExp>();

/** Whether the field stands in the text with another value than null. Inside strings it has \" around it and does not match. */
export function isSet(text: string, name: string): boolean {
  let pattern = setFields.get(name);
  if (!pattern) {
    pattern = new RegExp(`${name.replaceAll(/[^\w"]/g, '\\$&')}[: ]*(?:[^: n]|$)`);
    setFields.set(name, pattern);
  }
  return pattern.test(text);
}
