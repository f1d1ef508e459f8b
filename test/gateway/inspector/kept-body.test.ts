import { describe, expect, it } from 'vitest';

import {
  AnswerBody,
  partBytes,
  readBody,
  RequestBody,
  wholeRequestBytes,
} from '../../../electron/gateway/inspector/kept-body.ts';

describe('the body of a request', () => {
  it('is kept as it is, without a copy', () => {
    const bytes = Buffer.from('{"a":"é"}');
    const body = new RequestBody([bytes]);
    expect(body.content()).toBe(bytes);
    expect(readBody(body)).toEqual({ text: '{"a":"é"}', is_whole: true });
    expect([body.size, body.kept]).toEqual([bytes.length, bytes.length]);
    expect(readBody(new RequestBody('text'))).toEqual({ text: 'text', is_whole: true });
    expect(readBody(new RequestBody(''))).toEqual({ text: '', is_whole: true });
  });

  it('that is too large is cut, and what is kept holds nothing else alive', () => {
    const bytes = Buffer.alloc(wholeRequestBytes + 1, 'x');
    const pieces = [bytes.subarray(0, 10), bytes.subarray(10)];
    for (const large of [[bytes], pieces, 'x'.repeat(wholeRequestBytes + 1)]) {
      const body = new RequestBody(large);
      const content = body.content() as Buffer;
      expect(content.length).toBe(partBytes);
      expect(content.buffer.byteLength).toBeLessThanOrEqual(partBytes);
      expect([body.size, body.kept]).toEqual([wholeRequestBytes + 1, partBytes]);
      expect(readBody(body)).toEqual({ text: 'x'.repeat(partBytes), is_whole: false });
    }
    expect(new RequestBody([Buffer.alloc(wholeRequestBytes)]).kept).toBe(wholeRequestBytes);
  });

  it('that is large is copied, and what is sent of it is kept once', () => {
    const bytes = Buffer.alloc(100_000, 'received ');
    const text = bytes.toString();
    const pieces = [
      bytes.subarray(0, 10),
      Buffer.from('model'),
      bytes.subarray(20, 50_000),
      bytes.subarray(50_000),
    ];
    const [received, sent, again] = [
      new RequestBody([bytes]),
      new RequestBody(pieces),
      new RequestBody(pieces),
    ];
    bytes.fill('?');
    const sentText = `${text.slice(0, 10)}model${text.slice(20)}`;
    expect([received.kept, sent.kept, again.kept]).toEqual([100_000, 5, 5]);
    expect([readBody(received)?.text, readBody(sent)?.text]).toEqual([text, sentText]);
    received.drop();
    sent.drop();
    const other = new RequestBody([Buffer.alloc(200_000, 'other ')]);
    expect([readBody(received), readBody(sent), other.kept]).toEqual([undefined, undefined, 200_000]);
    expect(readBody(again)).toEqual({ text: sentText, is_whole: true });
  });

  it('that came in pieces is one', () => {
    const pieces = [30_000, 8192, 1, 0, 40_000].map((length, at) => Buffer.alloc(length, String(at)));
    const body = new RequestBody(pieces);
    expect(body.kept).toBe(78_193);
    expect(readBody(body)?.text).toBe(Buffer.concat(pieces).toString());
  });

  it('leaves its memory to the next one, whose bytes are never mixed with those that are still kept', () => {
    const kept = new Map<RequestBody, string>();
    for (let round = 0; round < 60; round += 1) {
      const text = String(round % 10).repeat(17_000 + round * 997);
      kept.set(new RequestBody([Buffer.from(text)]), text);
      const [oldest] = kept.keys();
      if (round % 3 > 0 && oldest) {
        oldest.drop();
        kept.delete(oldest);
      }
    }
    expect(kept.size).toBe(20);
    for (const [body, text] of kept) expect(readBody(body)?.text).toBe(text);
  });

  it('that was dropped is not there', () => {
    const body = new RequestBody('text');
    body.drop();
    expect([readBody(body), body.kept, body.size]).toEqual([undefined, 0, 4]);
  });
});

describe('the body of an answer', () => {
  it('grows with its pieces', () => {
    const body = new AnswerBody();
    expect(readBody(body)).toEqual({ text: '', is_whole: true });
    for (const piece of ['', 'one ', 'two ', '', 'three']) body.push(Buffer.from(piece));
    expect(readBody(body)).toEqual({ text: 'one two three', is_whole: true });
    expect([body.size, body.kept]).toEqual([13, 13]);
  });

  it('that is one piece is not copied, unless that would keep a much larger buffer alive', () => {
    const piece = Buffer.from(new ArrayBuffer(10_000)).fill('x');
    const alone = new AnswerBody();
    alone.push(piece);
    expect([alone.content() === piece, alone.isLent]).toEqual([true, false]);
    const large = Buffer.from(new ArrayBuffer(60_000), 0, 10_000).fill('x');
    const slice = new AnswerBody();
    slice.push(large);
    large.fill('y');
    expect([readBody(slice)?.text, slice.isLent]).toEqual(['x'.repeat(10_000), true]);
  });

  it('that is one small piece is copied side by side with others', () => {
    const kept: { body: AnswerBody; text: string }[] = [];
    for (let count = 0; count < 300; count += 1) {
      const text = String(count).repeat((count * 37) % 1300);
      const [body, piece] = [new AnswerBody(), Buffer.from(text)];
      body.push(piece);
      piece.fill('y');
      kept.push({ body, text });
    }
    for (const { body, text } of kept) expect([readBody(body)?.text, body.isLent]).toEqual([text, false]);
    const [one, other] = [kept[1], kept[2]].map(each => each?.body.content()?.buffer);
    expect(one).toBe(other);
    expect(one?.byteLength).toBeLessThanOrEqual(64 * 1024);
  });

  it('keeps its beginning, and counts the rest', () => {
    const body = new AnswerBody();
    let kept = 0;
    for (let piece = 0; piece < 100; piece += 1) kept += body.push(Buffer.alloc(1000, String(piece % 10)));
    expect([kept, body.kept, body.size]).toEqual([partBytes, partBytes, 100_000]);
    const { text, is_whole: isWhole } = readBody(body) ?? {};
    expect([text?.length, isWhole, text?.slice(64_999, 65_001)]).toEqual([partBytes, false, '45']);
    expect(body.content()?.buffer.byteLength).toBe(partBytes);
  });

  it('is not cut in the middle of a character', () => {
    const body = new AnswerBody();
    body.push(Buffer.from(`x${'é'.repeat(partBytes)}`));
    expect(readBody(body)?.text).toBe(`x${'é'.repeat(partBytes / 2 - 1)}`);
  });

  it('that was dropped takes no more', () => {
    const body = new AnswerBody();
    body.push(Buffer.from('one'));
    body.drop();
    expect(body.push(Buffer.from('two'))).toBe(0);
    expect([readBody(body), body.kept, body.size]).toEqual([undefined, 0, 6]);
  });
});
