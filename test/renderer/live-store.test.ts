import { describe, expect, test } from 'vitest';

import type { ChatMessage } from '../../electron/contract/chats.ts';
import { createLiveStore } from '../../renderer/features/thread/live-store.ts';
import { message } from './message-fixture.ts';

function setUp() {
  const frames: (() => void)[] = [];
  const gaps: string[] = [];
  const store = createLiveStore({ schedule: flush => frames.push(flush), onGap: chat => gaps.push(chat) });
  const push = (id: string, batch: number, delta: string) =>
    store.push({
      chat_id: `chat-of-${id}`,
      message_id: id,
      batch,
      deltas: [{ type: 'block_delta', block: 'text', index: 0, delta }],
    });
  const flush = () => frames.splice(0).forEach(run => run());
  const textOf = (id: string) => store.streams.getState()[id]?.completion.blocks[0]?.text;
  return { store, frames, gaps, push, flush, textOf };
}

const streaming = (id: string, text: string): ChatMessage =>
  message({ id, status: 'streaming', content: [{ type: 'text', text }] });

describe('live store', () => {
  test('however many batches arrive, there is one flush a frame', () => {
    const { frames, push, flush, textOf, store } = setUp();
    for (let batch = 1; batch <= 50; batch += 1) push('m', batch, 'x');
    expect([frames.length, textOf('m')]).toEqual([1, undefined]);
    flush();
    expect([textOf('m'), store.streams.getState()['m']?.version]).toEqual(['x'.repeat(50), 1]);
    push('m', 51, 'y');
    expect(frames).toHaveLength(1);
  });

  test('a flush leaves the streams it does not touch as they are', () => {
    const { push, flush, store } = setUp();
    push('a', 1, 'a');
    push('b', 1, 'b');
    flush();
    const { a, b } = store.streams.getState();
    push('a', 2, 'a');
    flush();
    expect(store.streams.getState()['b']).toBe(b);
    expect(store.streams.getState()['a']).not.toBe(a);
  });

  test('a missing batch is reported for its chat, and the answer of chats.get heals it', () => {
    const { push, flush, store, gaps, textOf } = setUp();
    push('m', 1, 'a');
    push('m', 3, 'c');
    flush();
    expect(gaps).toEqual(['chat-of-m']);
    store.seed([streaming('m', 'ab')], { m: 2 });
    expect(textOf('m')).toBe('abc');
  });

  test('seeding reads only messages that are streaming', () => {
    const { store } = setUp();
    store.seed([message({ id: 'done' }), streaming('m', 'a')], { m: 1, done: 4 });
    expect(Object.keys(store.streams.getState())).toEqual(['m']);
  });

  test('a settled answer takes no more deltas and wins over an older answer of chats.get', () => {
    const { store, push, flush, frames, textOf } = setUp();
    push('m', 1, 'a');
    flush();
    const final = message({ id: 'm', content: [{ type: 'text', text: 'ab' }] });
    store.settle(final);
    push('m', 2, 'b');
    expect([frames.length, textOf('m')]).toEqual([0, 'a']);
    expect(store.latest(streaming('m', 'a'))).toBe(final);
    store.drop('m');
    expect(store.streams.getState()).toEqual({});
  });
});
