import { expect, it } from 'vitest';

import { bestTitles, scoreTitle } from '../../renderer/features/find/score-title.ts';

const titles = [
  'Packing list for Lofoten',
  'Unpacking',
  'Rust lifetimes',
  '为什么天空是蓝色的？',
  'Über Züge',
];
const find = (query: string) => bestTitles(query, titles, title => title, 5);

it.each([
  ['pack', ['Packing list for Lofoten', 'Unpacking']],
  ['lofo list', ['Packing list for Lofoten']],
  ['天空', ['为什么天空是蓝色的？']],
  ['uber zug', ['Über Züge']],
  ['rstlft', ['Rust lifetimes']],
  ['xyz', []],
])('%s finds %j', (query, found) => {
  expect(find(query)).toEqual(found);
});

it('whole words come before beginnings, those before the middle, and letters apart last', () => {
  const scores = ['list', 'a list', 'lists', 'enlist', 'l i s t'].map(title => scoreTitle('list', title));
  expect(scores.toSorted((a, b) => b - a)).toEqual(scores);
  expect(new Set(scores).size).toBe(scores.length);
});
