import { expect, test } from 'vitest';

import { newId } from '../../electron/contract/new-id.ts';

test('ids are UUIDs of version 7 that carry their time', () => {
  const time = Date.UTC(2100, 0, 1);
  const id = newId(time);
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toBe(time);
});

test('ids sort in the order they were made, also many in one millisecond and after the clock was set back', () => {
  const time = Date.UTC(2101, 0, 1);
  const ids = [
    ...Array.from({ length: 10_000 }, () => newId(time)),
    newId(time - 60_000),
    newId(time + 60_000),
  ];
  expect(ids.toSorted()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
});
