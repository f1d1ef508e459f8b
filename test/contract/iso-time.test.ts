import fc from 'fast-check';
import { expect, test } from 'vitest';

import { isoTime } from '../../electron/contract/iso-time.ts';

test('a time reads as Date writes it, whatever was asked for before', () => {
  const times = fc.array(
    fc.oneof(
      fc.integer({ min: 1_790_000_000_000, max: 1_790_000_003_000 }),
      fc.double({ min: 1_790_000_000_000, max: 1_790_000_000_009, noNaN: true }),
      fc.integer({ min: -8_640_000_000_000_000, max: 8_640_000_000_000_000 }),
    ),
  );
  fc.assert(
    fc.property(times, all => {
      expect(all.map(isoTime)).toEqual(all.map(time => new Date(time).toISOString()));
    }),
  );
});

test('what is no date is refused, and spoils nothing', () => {
  for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY, 8_640_000_000_001_000])
    expect(() => isoTime(wrong)).toThrow(RangeError);
  expect(isoTime(7)).toBe('1970-01-01T00:00:00.007Z');
});
