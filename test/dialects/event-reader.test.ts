import { expect, it } from 'vitest';

import type { JsonObject } from '../../electron/contract/json.ts';
import { createEventReader } from '../../electron/dialects/event-reader.ts';

function read(framing: 'sse' | 'ndjson', text: string): { events: JsonObject[]; done: boolean } {
  const events: JsonObject[] = [];
  const reader = createEventReader(framing, event => events.push(event));
  reader.push(Buffer.from(text));
  reader.end();
  return { events, done: reader.isDone() };
}

it('ends a stream at [DONE] and reads nothing after it', () => {
  const text = 'data: {"a":1}\n\ndata: [DONE]\n\ndata: {"a":2}\n\n';
  expect(read('sse', text)).toEqual({ events: [{ a: 1 }], done: true });
});

it('skips empty data, as heartbeats are', () => {
  expect(read('sse', 'data:\n\ndata: {"a":1}\n\n')).toEqual({ events: [{ a: 1 }], done: false });
});

it('keeps the words of an error event, text or not', () => {
  expect(read('sse', 'event: error\ndata: out of memory\n\n').events).toEqual([{ error: 'out of memory' }]);
  expect(read('sse', 'event: error\ndata: {"message":"no"}\n\n').events).toEqual([{ message: 'no' }]);
});

it.each([
  ['sse', 'data: {"a":1}\n\ndata: {"a":\n\n'],
  ['sse', 'data: {"a":1}\n\ndata: [1]\n\n'],
  ['ndjson', '{"a":1}\n<html>\n'],
] as const)(
  'hands over what came before an event that is no JSON object, then throws (%s)',
  (framing, text) => {
    const events: JsonObject[] = [];
    const reader = createEventReader(framing, event => events.push(event));
    expect(() => reader.push(Buffer.from(text))).toThrow(expect.objectContaining({ code: 'stream_error' }));
    expect(events).toEqual([{ a: 1 }]);
  },
);

it('reads one object a line from NDJSON', () => {
  expect(read('ndjson', '{"a":1}\n{"a":2}')).toEqual({ events: [{ a: 1 }, { a: 2 }], done: false });
});
