import { expect, it } from 'vitest';

import { countIn, countPlaces, firstFrom, placeAt } from '../../renderer/features/find/find-in-text.ts';

const found = [
  { message_id: 'b', count: 2 },
  { message_id: 'd', count: 1 },
];

it('numbers places through all messages', () => {
  expect(countPlaces(found)).toBe(3);
  expect([0, 1, 2, 3].map(index => placeAt(found, index))).toEqual([
    { messageId: 'b', nth: 0 },
    { messageId: 'b', nth: 1 },
    { messageId: 'd', nth: 0 },
    undefined,
  ]);
});

it.each([
  ['a', 0],
  ['b', 0],
  ['c', 2],
  ['d', 2],
  ['e', 0],
  [undefined, 0],
])('from message %s on begins at place %i', (message, index) => {
  expect(firstFrom(found, ['a', 'b', 'c', 'd', 'e'], message)).toBe(index);
});

it('counts as it compares: without case and accents, and never syntax', () => {
  expect(countIn('Über uber ÜBER', 'über')).toBe(3);
  expect(countIn('a.b a+b', 'a.b')).toBe(1);
  expect(countIn('天空，天空', '天空')).toBe(2);
});
