import type { Delta } from '../contract/deltas.ts';
import { parseJsonObject } from '../contract/json.ts';
import type { JsonObject } from '../contract/json.ts';
import { countOf } from './count-of.ts';
import type { ClientDialect, PassthroughFacts, PassthroughScanner } from './dialect.ts';
import { createLineReader } from './line-reader.ts';

/** What a dialect knows that a scanner needs. */
export type ScannedDialect = Pick<ClientDialect, 'createDecoder' | 'decodeResponse'> & {
  /** Whether a line from the middle of an answer is worth parsing; nearly none is. */
  mayHoldFacts(line: string): boolean;
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

const LF = 10;
const CLOSE_BRACE = 0x7d;

/** Watches an answer's bytes go by for what the ledger needs. It never throws: the bytes are the tool's, not ours. */
export function createAnswerScanner(dialect: ScannedDialect, stream: boolean): PassthroughScanner {
  return stream ? createStreamScanner(dialect) : createWholeScanner(dialect);
}

function createStreamScanner(dialect: ScannedDialect): PassthroughScanner {
  const facts: PassthroughFacts = { finished: false, started: false };
  const decoder = dialect.createDecoder();
  const lines = createLineReader();
  let gaveUp = false;
  let done = false;
  /** The line before said `event: error`: what follows may be plain text. */
  let isErrorEvent = false;
  /** Data that is no JSON yet: an event may be cut into lines. */
  let pending = '';
  const isSse = dialect.framing !== 'ndjson';
  const prefix = isSse ? 'data:' : '';

  function readLine(buffer: Buffer, start: number, end: number): void {
    // Not UTF-8: as bytes it is found faster, and nearly every line is only looked at.
    const line = buffer.toString('latin1', start, end);
    if (!line.startsWith(prefix)) {
      if (start === end) pending = '';
      else isErrorEvent = /^event: ?error$/.test(line);
      return;
    }
    // What does not end like an object goes on in the next line.
    if (pending === '' && isKnown() && line.endsWith('}') && !dialect.mayHoldFacts(line)) return;
    const text = buffer.toString('utf8', start + prefix.length, end);
    const whole = pending === '' ? text : `${pending}\n${text}`;
    if (isSse && text.trim() === '[DONE]') done = true;
    const event = parseJsonObject(whole);
    pending = event || !isSse || whole.length > edgeBytes ? '' : whole;
    if (event) noteDeltas(facts, decoder.decodeEvent(event));
    else if (isErrorEvent) noteDeltas(facts, decoder.decodeEvent({ error: text.trim() }));
  }

  /** Whether only the end of the answer, or an error, can still tell something. */
  function isKnown(): boolean {
    return facts.started && facts.model !== undefined;
  }

  /** Whole events without facts, which is nearly every chunk: a look at all of it is cheaper than at its lines. */
  function isHarmless(chunk: Buffer): boolean {
    if (!isSse || !isKnown() || pending !== '' || isErrorEvent || !lines.isEmpty()) return false;
    const last = chunk.length - 1;
    if (chunk[last] !== LF || chunk[last - 1] !== LF || chunk[last - 2] !== CLOSE_BRACE) return false;
    const text = chunk.toString('latin1');
    const events = countOf(text, '\ndata:') + (text.startsWith('data:') ? 1 : 0);
    if (events === 0 || dialect.mayHoldFacts(text)) return false;
    return events === 1 || (dialect.mark !== undefined && countOf(text, dialect.mark) === events);
  }

  return {
    push(chunk) {
      if (gaveUp || isHarmless(chunk)) return chunk;
      try {
        lines.push(chunk, readLine);
      } catch {
        // A line without end: whatever it is, it can only be handed on.
        gaveUp = true;
      }
      return chunk;
    },
    end() {
      if (!gaveUp) lines.end(readLine);
      return nothing;
    },
    facts: () => facts,
    isDone: () => done,
  };
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

/** Whether the field stands in the text with another value than null. Inside strings it has \" around it and does not match. */
export function isSet(text: string, name: string): boolean {
  for (let found = text.indexOf(name); found !== -1; found = text.indexOf(name, found + 1)) {
    let position = found + name.length;
    while (text[position] === ':' || text[position] === ' ') position += 1;
    if (text[position] !== 'n') return true;
  }
  return false;
}
