import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { createSseParser, sseFrame } from '../../electron/dialects/sse.ts';
import type { SseEvent } from '../../electron/dialects/sse.ts';
import { cutAt, singleBytes } from './read-fixtures.ts';

function parse(chunks: Iterable<Buffer>, options?: { maxLineBytes?: number }): SseEvent[] {
  const events: SseEvent[] = [];
  const parser = createSseParser(event => events.push(event), options);
  for (const chunk of chunks) parser.push(chunk);
  parser.end();
  return events;
}

const cases: { name: string; text: string; events: SseEvent[] }[] = [
  { name: 'one event', text: 'data: a\n\n', events: [{ data: 'a' }] },
  { name: 'CRLF', text: 'data: a\r\n\r\ndata: b\r\n\r\n', events: [{ data: 'a' }, { data: 'b' }] },
  { name: 'CR', text: 'data: a\r\rdata: b\r\r', events: [{ data: 'a' }, { data: 'b' }] },
  {
    name: 'mixed line ends',
    text: 'data: a\r\ndata: b\n\rdata: c\r\r\n',
    events: [{ data: 'a\nb' }, { data: 'c' }],
  },
  { name: 'comments', text: ': hi\n\n:\ndata: a\n: in between\n\n', events: [{ data: 'a' }] },
  { name: 'data without a space', text: 'data:a\n\n', events: [{ data: 'a' }] },
  { name: 'only the first space goes', text: 'data:  a \n\n', events: [{ data: ' a ' }] },
  {
    name: 'several data lines',
    text: 'data: {\ndata:  "a": 1\ndata: }\n\n',
    events: [{ data: '{\n "a": 1\n}' }],
  },
  { name: 'an empty data line', text: 'data\n\ndata:\n\n', events: [{ data: '' }, { data: '' }] },
  {
    name: 'event names',
    text: 'event: x\ndata: a\n\ndata: b\n\n',
    events: [{ event: 'x', data: 'a' }, { data: 'b' }],
  },
  { name: 'a name without data', text: 'event: x\n\ndata: b\n\n', events: [{ data: 'b' }] },
  {
    name: 'unknown fields',
    text: 'id: 1\nretry: 5\ndatab: no\nno colon\ndata: a\n\n',
    events: [{ data: 'a' }],
  },
  { name: 'a byte order mark', text: '\uFEFFdata: a\n\n', events: [{ data: 'a' }] },
  { name: 'a byte order mark that is text', text: 'data: \uFEFFa\n\n', events: [{ data: '\uFEFFa' }] },
  { name: 'no blank line at the end', text: 'data: a\n\ndata: b\n', events: [{ data: 'a' }, { data: 'b' }] },
  { name: 'no line end at the end', text: 'event: x\ndata: b', events: [{ event: 'x', data: 'b' }] },
  { name: 'characters of 2, 3 and 4 bytes', text: 'data: é東👋\n\n', events: [{ data: 'é東👋' }] },
  {
    name: 'U+2028 and U+0085 are no line ends',
    text: 'data: a\u2028b\u0085c\n\n',
    events: [{ data: 'a\u2028b\u0085c' }],
  },
  { name: 'nothing', text: '', events: [] },
  { name: 'blank lines only', text: '\n\r\n\r\r\n', events: [] },
];

describe('SSE parser', () => {
  it.each(cases)('reads $name', ({ text, events }) => {
    expect(parse([Buffer.from(text)])).toEqual(events);
  });

  it.each(cases)('reads $name, one byte per write', ({ text, events }) => {
    expect(parse(singleBytes(Buffer.from(text)))).toEqual(events);
  });

  it('reads the same wherever the bytes are cut', () => {
    const pieces = fc.constantFrom(
      'data:',
      'data: ',
      'event: e',
      '\n',
      '\r',
      '\r\n',
      '\n\n',
      'é👋',
      '{"a":1}',
      ':',
      ' ',
    );
    const text = fc.array(pieces, { maxLength: 40 }).map(list => list.join(''));
    fc.assert(
      fc.property(text, fc.array(fc.nat(), { maxLength: 10 }), (stream, cuts) => {
        const bytes = Buffer.from(stream);
        expect(parse(cutAt(bytes, cuts))).toEqual(parse([bytes]));
      }),
    );
  });

  it('hands over what came before a line that is too long, then throws stream_error', () => {
    const events: SseEvent[] = [];
    const parser = createSseParser(event => events.push(event), { maxLineBytes: 100 });
    const long = Buffer.from(`data: a\n\ndata: ${'x'.repeat(200)}`);
    expect(() => parser.push(long)).toThrow(expect.objectContaining({ code: 'stream_error' }));
    expect(events).toEqual([{ data: 'a' }]);
  });

  it('bounds a line that arrives in small pieces, and an event of endless lines', () => {
    const bytes = singleBytes(Buffer.from('x'.repeat(101)));
    expect(() => parse(bytes, { maxLineBytes: 100 })).toThrow(
      expect.objectContaining({ code: 'stream_error' }),
    );
    const lines = [Buffer.from('data: 0123456789\n'.repeat(20))];
    expect(() => parse(lines, { maxLineBytes: 100 })).toThrow(
      expect.objectContaining({ code: 'stream_error' }),
    );
    expect(parse([Buffer.from(`data: ${'x'.repeat(94)}\n\n`)], { maxLineBytes: 100 })).toHaveLength(1);
  });

  it('reads a line of megabytes that arrives byte by byte in linear time', () => {
    const byte = Buffer.from('x');
    let length = 0;
    const parser = createSseParser(event => (length = event.data.length));
    parser.push(Buffer.from('data: '));
    for (let count = 0; count < 2_000_000; count += 1) parser.push(byte);
    parser.end();
    expect(length).toBe(2_000_000);
  });
});

describe('SSE frames', () => {
  it('are read back as they were', () => {
    const line = fc.string({ unit: 'binary' }).filter(text => !/[\r\n]/.test(text));
    const data = fc.array(line, { minLength: 1, maxLength: 3 }).map(lines => lines.join('\n'));
    const name = fc.option(fc.stringMatching(/^[a-z._]{1,10}$/), { nil: undefined });
    fc.assert(
      fc.property(data, name, (text, event) => {
        const expected = event === undefined ? { data: text } : { event, data: text };
        expect(parse([Buffer.from(sseFrame(text, event))])).toEqual([expected]);
      }),
    );
  });
});
