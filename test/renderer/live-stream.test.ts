import { describe, expect, test } from 'vitest';

import type { Delta } from '../../electron/contract/deltas.ts';
import { foldBatch, hasGap, newLiveStream, seedStream } from '../../renderer/features/thread/live-stream.ts';

const text = (delta: string): Delta => ({ type: 'block_delta', block: 'text', index: 0, delta });
const batch = (number: number, ...deltas: Delta[]) => ({ batch: number, deltas });
const shown = (stream: ReturnType<typeof newLiveStream>) =>
  stream.completion.blocks.map(({ block, text }) => [block, text]);

describe('folding batches', () => {
  test('joins batches in order', () => {
    const stream = newLiveStream('chat', 'message');
    foldBatch(stream, batch(1, text('Hel'), text('lo')));
    foldBatch(stream, batch(2, text(' world')));
    expect([shown(stream), stream.batch, hasGap(stream)]).toEqual([[['text', 'Hello world']], 2, false]);
  });

  test('a batch that came twice counts once', () => {
    const stream = newLiveStream('chat', 'message');
    foldBatch(stream, batch(1, text('a')));
    foldBatch(stream, batch(1, text('a')));
    expect(shown(stream)).toEqual([['text', 'a']]);
  });

  test('a batch after a gap waits for the missing one', () => {
    const stream = newLiveStream('chat', 'message');
    foldBatch(stream, batch(1, text('a')));
    foldBatch(stream, batch(3, text('c')));
    expect([shown(stream), hasGap(stream)]).toEqual([[['text', 'a']], true]);
    foldBatch(stream, batch(2, text('b')));
    expect([shown(stream), stream.batch, hasGap(stream)]).toEqual([[['text', 'abc']], 3, false]);
  });
});

describe('seeding from stored content', () => {
  test('the next delta continues the stored text, whatever its index', () => {
    const stream = newLiveStream('chat', 'message');
    seedStream(
      stream,
      [
        { type: 'thinking', text: 'Hm' },
        { type: 'text', text: 'Hello' },
      ],
      5,
    );
    foldBatch(stream, batch(6, { type: 'block_delta', block: 'text', index: 1, delta: ' world' }));
    expect(shown(stream)).toEqual([
      ['thinking', 'Hm'],
      ['text', 'Hello world'],
    ]);
  });

  test('a block that starts anew is not joined to the stored one', () => {
    const stream = newLiveStream('chat', 'message');
    seedStream(stream, [{ type: 'text', text: 'One.' }], 1);
    foldBatch(
      stream,
      batch(
        2,
        { type: 'block_start', block: 'text', index: 1 },
        { type: 'block_delta', block: 'text', index: 1, delta: 'Two.' },
      ),
    );
    expect(shown(stream)).toEqual([
      ['text', 'One.'],
      ['text', 'Two.'],
    ]);
  });

  test('fills a gap: what it holds is not folded again, what waited is', () => {
    const stream = newLiveStream('chat', 'message');
    foldBatch(stream, batch(3, text('c')));
    foldBatch(stream, batch(4, text('d')));
    seedStream(stream, [{ type: 'text', text: 'abc' }], 3);
    expect([shown(stream), stream.batch, hasGap(stream)]).toEqual([[['text', 'abcd']], 4, false]);
  });

  test('older content than what is shown changes nothing', () => {
    const stream = newLiveStream('chat', 'message');
    foldBatch(stream, batch(1, text('a')));
    foldBatch(stream, batch(2, text('b')));
    seedStream(stream, [{ type: 'text', text: 'a' }], 1);
    expect([shown(stream), stream.batch]).toEqual([[['text', 'ab']], 2]);
  });
});
