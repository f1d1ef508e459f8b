import { expect, test } from 'vitest';

import { createThinkingClock } from '../../electron/api/thinking-clock.ts';

test('each thinking block gets the time between its first and its last delta', () => {
  let time = 1000;
  const clock = createThinkingClock(() => time);
  const think = (index: number): void =>
    clock.take({ type: 'block_delta', block: 'thinking', index, delta: '.' });
  clock.take({ type: 'block_start', block: 'thinking', index: 0 });
  time = 3500;
  think(0);
  time = 9000;
  clock.take({ type: 'block_delta', block: 'text', index: 1, delta: 'Text' });
  think(2);
  time = 9250;
  think(2);
  expect(
    clock.stamp([
      { type: 'thinking', text: '.' },
      { type: 'text', text: 'Text' },
      { type: 'thinking', text: '..' },
    ]),
  ).toEqual([
    { type: 'thinking', text: '.', duration_ms: 2500 },
    { type: 'text', text: 'Text' },
    { type: 'thinking', text: '..', duration_ms: 250 },
  ]);
});

test('what was not timed stays as it is', () => {
  expect(createThinkingClock().stamp([{ type: 'thinking', text: '' }])).toEqual([
    { type: 'thinking', text: '' },
  ]);
});
