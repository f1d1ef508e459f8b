import { describe, expect, it } from 'vitest';

import { createDeltaQueue } from '../../electron/engine/delta-queue.ts';

function openQueue(highWater = 3) {
  const told: string[] = [];
  const queue = createDeltaQueue<number>({
    highWater,
    onDrain: () => void told.push('drain'),
    onLeave: () => void told.push('leave'),
  });
  return { queue, told };
}

describe('a queue of deltas', () => {
  it('hands over in order what was there before, and what comes while somebody waits', async () => {
    const { queue, told } = openQueue();
    queue.push(1);
    queue.push(2);
    const seen: number[] = [];
    const reading = (async () => {
      for await (const item of queue.items) seen.push(item);
    })();
    await new Promise(setImmediate);
    expect(seen).toEqual([1, 2]);
    queue.push(3);
    queue.push(4);
    await new Promise(setImmediate);
    queue.push(5);
    queue.close();
    await reading;
    expect([seen, told]).toEqual([[1, 2, 3, 4, 5], []]);
  });

  it('tells the writer when its reader is behind, and when it has caught up', async () => {
    const { queue, told } = openQueue(2);
    expect([queue.push(1), queue.push(2), queue.push(3)]).toEqual([true, false, false]);
    const reader = queue.items[Symbol.asyncIterator]();
    for (const value of [1, 2, 3]) expect(await reader.next()).toEqual({ done: false, value });
    expect(told).toEqual([]);
    const next = reader.next();
    expect(told).toEqual(['drain']);
    queue.push(4);
    expect(await next).toEqual({ done: false, value: 4 });
    queue.close();
    expect(await reader.next()).toEqual({ done: true, value: undefined });
  });

  it('gets what its writer pushes when it is told to go on', async () => {
    const queue = createDeltaQueue<number>({ highWater: 1, onDrain: () => queue.push(2), onLeave() {} });
    queue.push(1);
    const reader = queue.items[Symbol.asyncIterator]();
    expect([await reader.next(), await reader.next()]).toMatchObject([{ value: 1 }, { value: 2 }]);
  });

  it('tells that its reader has left, unless all was there', async () => {
    const early = openQueue();
    early.queue.push(1);
    early.queue.push(2);
    for await (const _item of early.queue.items) break;
    expect(early.told).toEqual(['leave']);
    const late = openQueue();
    late.queue.push(1);
    late.queue.close();
    for await (const _item of late.queue.items) break;
    expect(late.told).toEqual([]);
  });
});
