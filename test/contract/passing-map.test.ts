import { expect, test } from 'vitest';

import { PassingMap } from '../../electron/contract/passing-map.ts';

test('it holds what was set last for a key, in the order keys came', () => {
  const map = new PassingMap<string, { name: string }>();
  map.set('a', { name: 'first' });
  map.set('b', { name: 'second' });
  map.set('a', { name: 'third' });
  expect([...map.entries()]).toEqual([
    ['a', { name: 'third' }],
    ['b', { name: 'second' }],
  ]);
  expect([...map.values()].map(({ name }) => name)).toEqual(['third', 'second']);
  expect(map.size).toBe(2);
});

test('what is deleted is returned once, and gone', () => {
  const map = new PassingMap<number, object>();
  const value = {};
  map.set(1, value);
  expect(map.delete(1)).toBe(value);
  expect(map.delete(1)).toBeUndefined();
  expect(map.get(1)).toBeUndefined();
  expect(map.has(1)).toBe(false);
  expect(map.size).toBe(0);
});

test('it may be changed while it is gone through', () => {
  const map = new PassingMap<number, { id: number }>();
  for (let id = 0; id < 100; id += 1) map.set(id, { id });
  const seen: number[] = [];
  for (const [id] of map.entries()) {
    seen.push(id);
    map.delete(id);
    map.delete(id + 1);
  }
  expect(seen).toEqual(Array.from({ length: 50 }, (_, half) => half * 2));
  expect(map.size).toBe(0);
});
