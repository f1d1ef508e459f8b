import { describe, expect, it } from 'vitest';

import { AnswerParser } from '../../../electron/engine/network/answer-parser.ts';

type Seen = {
  status?: number;
  headers?: object;
  body: string;
  ended?: 'whole' | 'with leftover';
  keeps?: boolean;
};

/** What a parser tells of an answer that arrives in pieces of so many bytes. */
function read(text: string, { pieces = text.length, closes = false } = {}): Seen {
  const seen: Seen = { body: '' };
  const parser = new AnswerParser({
    head(head) {
      Object.assign(seen, { status: head.status, headers: head.headers, keeps: head.keep_alive });
    },
    data(chunk) {
      seen.body += chunk.toString('latin1');
    },
    end(leftover) {
      seen.ended = leftover ? 'with leftover' : 'whole';
    },
  });
  const bytes = Buffer.from(text, 'latin1');
  // As the connection does it: the same memory for every read.
  const memory = Buffer.alloc(bytes.length);
  for (let at = 0; at < bytes.length; at += pieces) {
    const length = bytes.copy(memory, 0, at, Math.min(at + pieces, bytes.length));
    parser.push(memory.subarray(0, length));
  }
  if (closes) parser.close();
  return seen;
}

const head = (...fields: string[]): string => ['HTTP/1.1 200 OK', ...fields, '', ''].join('\r\n');
const chunked = 'Transfer-Encoding: chunked';

const answers: Record<string, { text: string; closes?: boolean; seen: Partial<Seen>; lacks?: string }> = {
  'a counted body': {
    text: `${head('Content-Length: 5')}hello`,
    seen: { body: 'hello', keeps: true, ended: 'whole' },
  },
  'an empty body': { text: head('Content-Length: 0'), seen: { body: '', ended: 'whole' } },
  'a chunked body': {
    text: `${head(chunked)}5\r\nhello\r\n6;name="v"\r\n world\r\n0\r\n\r\n`,
    seen: { body: 'hello world', keeps: true, ended: 'whole' },
  },
  'a chunked body with trailers': {
    text: `${head(chunked)}A\r\n0123456789\r\n0\r\nX-Sum: 1\r\nY: 2\r\n\r\n`,
    seen: { body: '0123456789', ended: 'whole' },
  },
  'a body up to the end of the connection': {
    text: `${head('Content-Type: text/plain')}all there is`,
    closes: true,
    seen: { body: 'all there is', keeps: false, ended: 'with leftover' },
  },
  'an answer after others that only inform': {
    text: `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${head('Content-Length: 2')}ok`,
    seen: { status: 200, body: 'ok', ended: 'whole' },
  },
  'an answer without a body': {
    text: 'HTTP/1.1 204 No Content\r\n\r\n',
    seen: { status: 204, body: '', keeps: true, ended: 'whole' },
  },
  'names in any case, several of one, and of what every object has': {
    text: head('X-A: 1', 'x-a:2', 'CONSTRUCTOR: c', 'Empty:', 'Content-Length: 0'),
    seen: {
      headers: { 'x-a': ['1', '2'], constructor: 'c', empty: '', 'content-length': '0' },
      ended: 'whole',
    },
  },
  'lines without carriage returns': {
    text: 'HTTP/1.1 200\nContent-Length: 2\n\nok',
    seen: { status: 200, body: 'ok', ended: 'whole' },
  },
  'a connection that ends with the answer': {
    text: `${head('Connection: close', 'Content-Length: 2')}ok`,
    seen: { body: 'ok', keeps: false, ended: 'whole' },
  },
  'an old server': {
    text: 'HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok',
    seen: { body: 'ok', keeps: false, ended: 'whole' },
  },
  'two lengths that contradict each other, of which chunks win and nothing follows': {
    text: `${head('Content-Length: 3', chunked)}2\r\nok\r\n0\r\n\r\n`,
    seen: { headers: { 'transfer-encoding': 'chunked' }, body: 'ok', keeps: false, ended: 'whole' },
    lacks: 'content-length',
  },
  'the same length twice': {
    text: `${head('Content-Length: 2', 'Content-Length: 2')}ok`,
    seen: { headers: { 'content-length': '2' }, body: 'ok', ended: 'whole' },
  },
};

describe('an answer of HTTP/1.1', () => {
  it.each(Object.entries(answers))('%s', (_name, { text, closes = false, seen, lacks = 'nothing' }) => {
    for (const pieces of [text.length, 1, 2, 3, 7]) {
      const got = read(text, { pieces, closes });
      expect(got, `in pieces of ${String(pieces)}`).toMatchObject(seen);
      expect(got.headers).not.toHaveProperty(lacks);
    }
  });

  it('says where more was sent than belongs to it', () => {
    expect(read(`${head('Content-Length: 2')}okHTTP/1.1 200 OK\r\n`)).toMatchObject({
      ended: 'with leftover',
    });
    expect(read(`${head(chunked)}2\r\nok\r\n0\r\n\r\nX`)).toMatchObject({
      body: 'ok',
      ended: 'with leftover',
    });
  });

  it('hands pieces of a stream that arrive together on together', () => {
    const chunks: string[] = [];
    const parser = new AnswerParser({ head() {}, data: chunk => chunks.push(chunk.toString()), end() {} });
    parser.push(Buffer.from(`${head(chunked)}3\r\none\r\n3\r\ntwo\r\n5\r\nth`));
    parser.push(Buffer.from('ree\r\n0\r\n\r\n'));
    expect(chunks).toEqual(['onetwoth', 'ree']);
  });

  it('is read again after a reset', () => {
    const bodies: string[] = [];
    const parser = new AnswerParser({ head() {}, data: chunk => bodies.push(chunk.toString()), end() {} });
    for (const body of ['a', 'bb']) {
      parser.reset();
      parser.push(Buffer.from(`${head(`Content-Length: ${String(body.length)}`)}${body}`));
    }
    expect(bodies).toEqual(['a', 'bb']);
  });
});

describe('what is no answer of HTTP/1.1 is refused:', () => {
  it.each([
    ['another protocol', 'SSH-2.0-OpenSSH_9.6\r\n\r\n'],
    ['another version', 'HTTP/2 200 OK\r\n\r\n'],
    ['a status of letters', 'HTTP/1.1 2xx OK\r\n\r\n'],
    ['a field without a name', head(': value')],
    ['a field without a colon', head('content-length')],
    ['a name with a space', head('Content Length: 3')],
    ['a space before the colon', head('Content-Length : 3')],
    ['a value with a NUL', head('X-A: a\0b')],
    ['a length that is none', head('Content-Length: -1')],
    ['a length in hexadecimal', head('Content-Length: 0x10')],
    ['two different lengths', head('Content-Length: 1', 'Content-Length: 2')],
    ['another protocol to go on with', 'HTTP/1.1 101 Switching Protocols\r\n\r\n'],
    ['a chunk without a size', `${head(chunked)}\r\nhello\r\n0\r\n\r\n`],
    ['a chunk with a negative size', `${head(chunked)}-1\r\nhello\r\n0\r\n\r\n`],
    ['a chunk larger than there are numbers', `${head(chunked)}${'f'.repeat(17)}\r\n`],
    ['a chunk longer than it says', `${head(chunked)}3\r\nhello\r\n0\r\n\r\n`],
    ['a head without end', `HTTP/1.1 200 OK\r\n${'X-A: 1\r\n'.repeat(9000)}`],
    ['trailers without end', `${head(chunked)}0\r\n${'X-A: 1\r\n'.repeat(9000)}`],
    ['an extension without end', `${head(chunked)}1;${'x'.repeat(5000)}`],
  ])('%s', (_name, text) => {
    const refusal = /^(?:not an HTTP answer|invalid |bad upgrade|headers too large)/;
    expect(() => read(text)).toThrow(refusal);
    expect(() => read(text, { pieces: 5 })).toThrow(refusal);
  });

  it.each([
    ['nothing', ''],
    ['half a head', 'HTTP/1.1 200 OK\r\nContent-'],
    ['half a counted body', `${head('Content-Length: 10')}hell`],
    ['half a chunk', `${head(chunked)}a\r\nhell`],
    ['chunks without the last one', `${head(chunked)}2\r\nok\r\n`],
  ])('a connection that ends after %s', (_name, text) => {
    expect(() => read(text, { closes: true, pieces: Math.max(1, text.length) })).toThrow('other side closed');
  });
});
