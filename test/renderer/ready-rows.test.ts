import { expect, test } from 'vitest';

import { createEstimates, estimateHeight } from '../../renderer/features/thread/estimate-height.ts';
import { stretchAround } from '../../renderer/features/thread/load-messages.ts';
import { readyRows } from '../../renderer/features/thread/use-ready-rows.ts';
import { message } from './message-fixture.ts';

const rows = [3, 4, 5, 6, 7].map(index => ({
  index,
  size: 100,
  item: { message: message({ id: `m${String(index)}` }), siblings: [] },
}));
const indexes = (known: string[]) =>
  readyRows(rows, { startIndex: 4, endIndex: 5 }, new Set(known)).map(({ index }) => index);

test('messages in view are rendered at once, those around once there was time for them', () => {
  expect(indexes([])).toEqual([4, 5]);
  expect(indexes(['m6'])).toEqual([4, 5, 6]);
});

test('a message that is on the page stays there when it leaves the view', () => {
  expect(indexes(['m3', 'm7'])).toEqual([3, 4, 5, 7]);
});

test('messages are asked for in stretches, the next ones before the reader is there', () => {
  expect(stretchAround(100, 103)).toEqual([72, 144]);
  expect(stretchAround(96, 119)).toEqual([72, 144]);
  expect(stretchAround(95, 103)).toEqual([48, 144]);
  expect(stretchAround(0, 3)[0]).toBe(0);
});

test('the estimate of a message does not change when its outline is loaded: that would move what is below', () => {
  const outline = message({ role: 'user', content: [], outline: true });
  const whole = message({ role: 'user', content: [{ type: 'text', text: 'Short?' }] });
  expect(estimateHeight(whole)).not.toBe(estimateHeight(outline));
  const estimate = createEstimates();
  expect(estimate(outline)).toBe(estimateHeight(outline));
  expect(estimate(whole)).toBe(estimateHeight(outline));
});
