import { describe, expect, it } from 'vitest';

import { beginWrite, endWrite, freeBytes } from '../../electron/engine/free-bytes.ts';

const own = (length = 100): Buffer => Buffer.from(new ArrayBuffer(length)).fill('x');

describe('bytes nobody needs any more', () => {
  it('are gone at once', () => {
    const bytes = own();
    freeBytes(bytes);
    expect([bytes.length, bytes.buffer.byteLength]).toEqual([0, 0]);
    expect(() => freeBytes(bytes)).not.toThrow();
  });

  it('stay where others lie in the same buffer', () => {
    const bytes = own();
    freeBytes(bytes.subarray(1));
    freeBytes(Buffer.from('a text in the buffer all short ones share'));
    expect(bytes.toString()).toBe('x'.repeat(100));
  });

  it('stay until every write of them has ended', () => {
    const bytes = own();
    const pieces = [bytes.subarray(0, 10), Buffer.from('model'), bytes.subarray(20)];
    beginWrite(pieces);
    beginWrite([bytes]);
    endWrite(pieces);
    freeBytes(bytes);
    expect(bytes.length).toBe(100);
    endWrite([bytes]);
    freeBytes(bytes);
    expect(bytes.length).toBe(0);
  });
});
