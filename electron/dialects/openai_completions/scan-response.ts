import type { Delta } from '../../contract/deltas.ts';
import { isJsonObject } from '../../contract/json.ts';
import type { JsonObject } from '../../contract/json.ts';
import type { PassthroughFacts, PassthroughScanner } from '../dialect.ts';
import { createLineReader } from '../line-reader.ts';
import { createDecoder, decodeResponse } from './decode-events.ts';
import { createUsageStripper } from './strip-usage.ts';

// A whole answer up to this size is parsed at its end, a few µs a KB; a larger one is searched in head and tail.
const maxParsedBytes = 1024 * 1024;
const edgeBytes = 64 * 1024;

/** Watches an answer's bytes go by for what the ledger needs. It never throws: the bytes are the tool's, not ours. */
export function createScanner(options: { stream: boolean; strip_usage: boolean }): PassthroughScanner {
  if (!options.stream) return createWholeScanner();
  const scanner = createStreamScanner();
  if (!options.strip_usage) return scanner;
  const stripper = createUsageStripper();
  return {
    push(chunk) {
      scanner.push(chunk);
      return stripper.push(chunk);
    },
    end() {
      scanner.end();
      return stripper.end();
    },
    facts: () => scanner.facts(),
  };
}

function createStreamScanner(): PassthroughScanner {
  const facts: PassthroughFacts = { finished: false, started: false };
  const decoder = createDecoder();
  const lines = createLineReader();
  let gaveUp = false;
  /** The line before said `event: error`: what follows may be plain text. */
  let isErrorEvent = false;

  function readLine(buffer: Buffer, start: number, end: number): void {
    // Not UTF-8: as bytes it is found faster, and nearly every line is only looked at.
    const line = buffer.toString('latin1', start, end);
    if (!line.startsWith('data:')) {
      isErrorEvent = /^event: ?error$/.test(line);
      return;
    }
    if (facts.started && facts.model !== undefined && !mayHoldFacts(line)) return;
    const text = buffer.toString('utf8', start + 'data:'.length, end);
    const event = parseObject(text);
    if (event) noteDeltas(facts, decoder.decodeEvent(event));
    else if (isErrorEvent) noteDeltas(facts, decoder.decodeEvent({ error: text.trim() }));
  }

  return {
    push(chunk) {
      if (gaveUp) return chunk;
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
      return Buffer.alloc(0);
    },
    facts: () => facts,
  };
}

/** Whether a chunk of the middle of an answer is worth parsing. Inside text these names stand with \" and do not match. */
function mayHoldFacts(line: string): boolean {
  return (
    isSet(line, '"finish_reason"') ||
    isSet(line, '"usage"') ||
    isSet(line, '"error"') ||
    // Every chunk of an answer has choices, so this is something else: an error in a form of its own.
    !line.includes('"choices"')
  );
}

/** Whether the field stands in the line with another value than null. */
function isSet(line: string, name: string): boolean {
  for (let found = line.indexOf(name); found !== -1; found = line.indexOf(name, found + 1)) {
    let position = found + name.length;
    while (line[position] === ':' || line[position] === ' ') position += 1;
    if (line[position] !== 'n') return true;
  }
  return false;
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
        break;
    }
  }
}

function createWholeScanner(): PassthroughScanner {
  const facts: PassthroughFacts = { finished: false, started: false };
  let chunks: Buffer[] = [];
  let length = 0;
  let head: Buffer | undefined;
  let tail: Buffer = Buffer.alloc(0);

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
      if (head) {
        noteEdges(facts, head.toString('utf8'), tail.toString('utf8'));
      } else {
        const body = parseObject(Buffer.concat(chunks).toString('utf8'));
        if (body) noteDeltas(facts, decodeResponse(body));
        // Several servers leave the reason out of a whole answer, which is whole all the same.
        if (Array.isArray(body?.choices) && body.choices.length > 0) facts.finished = true;
      }
      chunks = [];
      return Buffer.alloc(0);
    },
    facts: () => facts,
  };
}

function lastBytes(bytes: Buffer): Buffer {
  return bytes.length <= edgeBytes ? bytes : Buffer.from(bytes.subarray(bytes.length - edgeBytes));
}

/** Facts of an answer too large to parse: the model stands before the choices, usage after them, as a rule. */
function noteEdges(facts: PassthroughFacts, head: string, tail: string): void {
  facts.started = true;
  facts.finished = isSet(tail, '"finish_reason"') || isSet(head, '"finish_reason"');
  const model = /"model"\s*:\s*("(?:[^"\\]|\\.)*")/.exec(head)?.[1] ?? '""';
  const usage = /"usage"\s*:\s*(\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\})/.exec(tail)?.[1] ?? '{}';
  const known = parseObject(`{"model":${model},"usage":${usage}}`);
  if (known) noteDeltas(facts, decodeResponse(known));
}

function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
