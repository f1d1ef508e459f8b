import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { Duplex } from 'node:stream';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { readPlainHead } from '../../../electron/gateway/plain/plain-head.ts';

const lines = (...fields: string[]): string => ['POST /v1/chat/completions HTTP/1.1', ...fields].join('\r\n');
const usual = ['Host: localhost:4141', 'Content-Type: application/json', 'Content-Length: 12'];

describe('a plain head', () => {
  it('is read with names in lower case, and as it was written', () => {
    expect(readPlainHead(lines(...usual, 'X-Empty:', 'x-two:a b'))).toEqual({
      url: '/v1/chat/completions',
      headers: {
        host: 'localhost:4141',
        'content-type': 'application/json',
        'content-length': '12',
        'x-empty': '',
        'x-two': 'a b',
      },
      raw_headers: [
        'Host',
        'localhost:4141',
        'Content-Type',
        'application/json',
        'Content-Length',
        '12',
        'X-Empty',
        '',
        'x-two',
        'a b',
      ],
      length: 12,
      kind: {},
    });
  });

  it.each([
    ['another method', lines(...usual).replace('POST', 'GET')],
    ['a method in small letters', lines(...usual).replace('POST', 'post')],
    ['HTTP/1.0', lines(...usual).replace('1.1', '1.0')],
    ['a second space', lines(...usual).replace(' HTTP', '  HTTP')],
    ['a whole address', lines(...usual).replace('/v1', 'http://localhost/v1')],
    ['a line feed alone', lines(...usual).replace('\r\nContent-Type', '\nContent-Type')],
    ['an empty line first', `\r\n${lines(...usual)}`],
    ['no length', lines('Host: a')],
    ['no host', lines('Content-Length: 1')],
    ['two hosts', lines(...usual, 'host: b')],
    ['two lengths', lines(...usual, 'content-length: 12')],
    ['a length with a sign', lines('Host: a', 'Content-Length: +1')],
    ['a length in hexadecimal', lines('Host: a', 'Content-Length: 0x1')],
    ['a list of lengths', lines('Host: a', 'Content-Length: 1, 1')],
    ['a length as large as memory', lines('Host: a', 'Content-Length: 99999999999')],
    ['chunks', lines(...usual, 'Transfer-Encoding: chunked')],
    ['chunks, oddly written', lines(...usual, 'tRansfer-encodinG: CHUNKED')],
    ['a question before the body', lines(...usual, 'Expect: 100-continue')],
    ['an upgrade', lines(...usual, 'Upgrade: h2c')],
    ['a connection that is to close', lines(...usual, 'Connection: close')],
    ['a connection with a list', lines(...usual, 'Connection: keep-alive, upgrade')],
    ['a name with a space before the colon', lines(...usual, 'X-Name : 1')],
    ['a line without a colon', lines(...usual, 'X-Name')],
    ['a line without a name', lines(...usual, ': 1')],
    ['a value that goes on in the next line', lines(...usual, 'X-Name: 1', ' 2')],
    ['a control character', lines(...usual, 'X-Name: a\u0000b')],
    ['a line end within a value', lines(...usual, 'X-Name: a\rb')],
    ['a letter outside ASCII', lines(...usual, 'X-Name: ä')],
    ['spaces around a value', lines(...usual, 'X-Name:  1')],
    ['spaces behind a value', lines(...usual, 'X-Name: 1 ')],
    ['a name of our own objects', lines(...usual, '__proto__: 1')],
    [
      'more fields than anybody sends',
      lines(...usual, ...Array.from({ length: 100 }, (_, at) => `x-${at}: 1`)),
    ],
  ])('is none with %s', (_, text) => {
    expect(readPlainHead(text)).toBeUndefined();
  });

  it('says of every head it reads what Node says of it', async () => {
    const piece = fc.constantFrom(
      '\r\n',
      '\n',
      '\r',
      ' ',
      '\t',
      ':',
      ',',
      '"',
      '\\',
      '\u0000',
      '\u007f',
      '\u0080',
      'ÿ',
      '0',
      '1',
      '%',
      '#',
      '?',

      'Host: b',
      'content-length: 12',
      'Content-Length:12',
      'X-A: 1',
      'cookie: a=b',
      'Set-Cookie: a',
      'x-a:',

      'connection: Keep-Alive',
      'Transfer-Encoding: chunked',
      'constructor: x',
      'toString:y',
      'accept: */*',
      '__proto__: 1',

      'authorization: Bearer k',
      'Referer: r',
      'Age: 1',
      'age: 2',
      'from: x',
      'location: y',
      'If-None-Match: "x"',
      'HTTP/1.1',
    );
    const edit = fc.record({
      at: fc.nat(200),
      cut: fc.nat(3),
      text: fc.oneof(
        { weight: 4, arbitrary: fc.constant('') },
        piece,
        fc.string({ unit: 'binary-ascii', maxLength: 4 }),
      ),
    });
    const field = fc.oneof(
      piece,
      fc
        .tuple(
          fc.string({ unit: 'binary-ascii', maxLength: 8 }),
          fc.string({ unit: 'binary-ascii', maxLength: 8 }),
        )
        .map(([name, value]) => `${name}: ${value}`),
    );
    let plain = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('/v1/chat/completions', '/v1/messages?beta=true', '/a%20b;c=d', '/'),
        fc.array(field, { maxLength: 4 }),
        fc.array(edit, { maxLength: 2 }),
        async (path, fields, edits) => {
          let text = [`POST ${path} HTTP/1.1`, ...usual, ...fields].join('\r\n');
          for (const { at, cut, text: put } of edits) text = text.slice(0, at) + put + text.slice(at + cut);
          // Such a head would have ended there.
          const head = text.includes('\r\n\r\n') ? undefined : readPlainHead(text);
          if (!head) return;
          plain += 1;
          const node = await readByNode(text, head.length);
          expect({ ...head, headers: { ...head.headers } }).toEqual({
            url: node.url,
            headers: { ...node.headers },
            raw_headers: node.rawHeaders,
            length: node.length,
            kind: {},
          });
        },
      ),
      { numRuns: 3000 },
    );
    expect(plain).toBeGreaterThan(300);
  });
});

type Read = Pick<IncomingMessage, 'url' | 'headers' | 'rawHeaders'> & { length: number };

const server = createServer();

/** Bodies are sent up to here. */
const mostBody = 100_000;

/** What Node's own server takes from a request with a body of such a length; throws where that is no request. */
function readByNode(head: string, length: number): Promise<Read> {
  const [connection, far] = pair();
  return new Promise((resolve, reject) => {
    const refuse = (error: Error): void => reject(error);
    server.once('clientError', refuse);
    server.once('request', request => {
      server.off('clientError', refuse);
      const { url, headers, rawHeaders } = request;
      let size = 0;
      const done = (): void => {
        resolve({ url, headers, rawHeaders, length: size });
        far.destroy();
      };
      if (length > mostBody) {
        size = Number(headers['content-length']);
        done();
      }
      request
        .on('data', (chunk: Buffer) => (size += chunk.length))
        .on('end', done)
        .on('error', () => {});
    });
    server.emit('connection', connection);
    far.write(Buffer.from(`${head}\r\n\r\n${length > mostBody ? '' : 'x'.repeat(length)}`, 'latin1'));
  });
}

/** Two ends of a connection without a network. */
function pair(): [Duplex, Duplex] {
  const ends: Duplex[] = [];
  const make = (other: number): Duplex =>
    new Duplex({
      read() {},
      write(chunk, _encoding, done) {
        ends[other]?.push(chunk);
        done();
      },
      destroy(_error, done) {
        ends[other]?.push(null);
        done(null);
      },
    });
  ends.push(make(1), make(0));
  return ends as [Duplex, Duplex]; // two were pushed
}
