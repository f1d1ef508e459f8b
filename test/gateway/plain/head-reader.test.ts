import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { HeadReader } from '../../../electron/gateway/plain/head-reader.ts';
import type { ReadHead } from '../../../electron/gateway/plain/head-reader.ts';

const head = (length: string, ...fields: string[]): Buffer =>
  Buffer.from(
    ['POST /v1/messages HTTP/1.1', 'Host: a', `Content-Length: ${length}`, ...fields, '', ''].join('\r\n'),
    'latin1',
  );

/** What it says of a head it sees for the first time. */
const anew = (bytes: Buffer): ReadHead | undefined => new HeadReader().read(bytes);

describe('a head that was read before', () => {
  it('is of the same kind, whatever its length', () => {
    const reader = new HeadReader();
    const [first, same, other] = ['12', '12', '7'].map(length => reader.read(head(length, 'X-A: b')));
    expect(same?.head).toBe(first?.head);
    expect(other?.head.kind).toBe(first?.head.kind);
    expect(other).toMatchObject({
      size: head('7', 'X-A: b').length,
      head: { length: 7, headers: { 'content-length': '7', 'x-a': 'b' } },
    });
    expect(other?.head.raw_headers).toEqual(['Host', 'a', 'Content-Length', '7', 'X-A', 'b']);
    // The one before is what it was.
    expect(first?.head).toMatchObject({ length: 12, headers: { 'content-length': '12' } });
    expect(reader.read(head('12', 'X-A: c'))?.head.kind).not.toBe(first?.head.kind);
  });

  it('does not keep what it was read from', () => {
    const reader = new HeadReader();
    const bytes = head('12');
    const first = reader.read(bytes);
    bytes.fill('x');
    expect(reader.read(head('3'))?.head.kind).toBe(first?.head.kind);
  });
});

describe('any other', () => {
  const field = fc.constantFrom(
    'Host: a',
    'host:b',
    'X-Length: 5',
    'x-content-length: 5',
    'Authorization: Bearer k',
    'X-A: content-length: 3',
    'Connection: keep-alive',
  );
  const length = fc.oneof(
    fc.nat(2000).map(String),
    fc.constantFrom(
      '',
      '0',
      '00',
      '01',
      '-1',
      '+1',
      '1 ',
      ' 1',
      '0x1',
      '1,1',
      '999999999',
      '1000000000',
      '1e3',
      '９',
    ),
  );
  const name = fc.constantFrom(
    'Content-Length: ',
    'content-length:',
    'CONTENT-LENGTH: ',
    'Content-Length:  ',
  );
  const anyHead = fc
    .tuple(
      fc.array<string>(field, { maxLength: 4 }),
      name,
      length,
      fc.nat(4),
      fc.constantFrom('', 'body', 'POST / HTTP/1.1\r\n\r\n'),
    )
    .map(([fields, written, digits, at, body]) => {
      const all = fields.toSpliced(at, 0, `${written}${digits}`);
      return ['POST /a HTTP/1.1', ...all, '', body].join('\r\n');
    });
  /** Often the same again, but for the length. */
  const heads = fc.array(
    fc.oneof(
      anyHead,
      length.map(digits => `POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: ${digits}\r\nX-A: b\r\n\r\nbody`),
    ),
    { minLength: 2, maxLength: 6 },
  );
  const edit = fc.option(
    fc.tuple(fc.nat(150), fc.constantFrom('', '\r', '\n', '0', 'x', ' ', ':'), fc.nat(2)),
  );

  it('is read as if it were the first one', () => {
    let alike = 0;
    fc.assert(
      fc.property(heads, edit, (texts, change) => {
        const reader = new HeadReader();
        for (const text of texts) {
          const edited = change
            ? text.slice(0, change[0]) + change[1] + text.slice(change[0] + change[2])
            : text;
          const bytes = Buffer.from(edited, 'latin1');
          const { read, known } = { known: reader.read(bytes), read: anew(bytes) };
          expect(known).toEqual(read);
          alike += Number(known !== undefined && known.head !== reader.read(bytes)?.head);
        }
      }),
      { numRuns: 3000 },
    );
    // Some were found by what is known of the one before.
    expect(alike).toBeGreaterThan(500);
  });
});
