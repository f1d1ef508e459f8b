import { expect, it } from 'vitest';

import { createNdjsonParser, ndjsonFrame } from '../../electron/dialects/ndjson.ts';
import { singleBytes } from './read-fixtures.ts';

function parse(chunks: Iterable<Buffer>, options?: { maxLineBytes?: number }): string[] {
  const texts: string[] = [];
  const parser = createNdjsonParser(text => texts.push(text), options);
  for (const chunk of chunks) parser.push(chunk);
  parser.end();
  return texts;
}

const cases = [
  { name: 'one object a line', text: '{"a":1}\n{"a":2}\n', texts: ['{"a":1}', '{"a":2}'] },
  { name: 'CRLF and blank lines', text: '{"a":1}\r\n\r\n\n{"a":2}\r\n', texts: ['{"a":1}', '{"a":2}'] },
  { name: 'no line end at the end', text: '{"a":1}\n{"a":2}', texts: ['{"a":1}', '{"a":2}'] },
  { name: 'spaces around', text: ' {"a":1} \n', texts: ['{"a":1}'] },
  { name: 'a byte order mark', text: '\uFEFF{"a":1}\n', texts: ['{"a":1}'] },
  { name: 'characters of several bytes', text: '{"a":"é東👋"}\n', texts: ['{"a":"é東👋"}'] },
  { name: 'nothing', text: '', texts: [] },
];

it.each(cases)('reads $name', ({ text, texts }) => {
  expect(parse([Buffer.from(text)])).toEqual(texts);
});

it.each(cases)('reads $name, one byte per write', ({ text, texts }) => {
  expect(parse(singleBytes(Buffer.from(text)))).toEqual(texts);
});

it('throws stream_error where a line has no end', () => {
  expect(() => parse([Buffer.from('x'.repeat(101))], { maxLineBytes: 100 })).toThrow(
    expect.objectContaining({ code: 'stream_error' }),
  );
});

it('writes one line for a value with line breaks in it', () => {
  expect(ndjsonFrame({ text: 'a\nb' })).toBe('{"text":"a\\nb"}\n');
});
