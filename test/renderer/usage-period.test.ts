import { expect, test } from 'vitest';

import { addDays, dayOf, periodOf, periodOfMonth, slotKeys } from '../../renderer/features/usage/period.ts';

test('a preset ends today and counts it', () => {
  const today = '2026-03-01';
  expect(periodOf('today', today)).toEqual({ from: today, to: today });
  expect(periodOf('week', today)).toEqual({ from: '2026-02-23', to: today });
  expect(periodOf('days30', today)).toEqual({ from: '2026-01-31', to: today });
  expect(periodOf('month', today)).toEqual({ from: '2026-03-01', to: today });
  expect(periodOf('year', today)).toEqual({ from: '2026-01-01', to: today });
});

test('days are those of the calendar, leap years included', () => {
  expect(addDays('2028-02-28', 1)).toBe('2028-02-29');
  expect(addDays('2026-12-31', 1)).toBe('2027-01-01');
  expect(periodOfMonth('2028-02')).toEqual({ from: '2028-02-01', to: '2028-02-29' });
  expect(dayOf(new Date(2026, 0, 5, 23, 59))).toBe('2026-01-05');
});

test('every slot of a period has a place, quiet ones too', () => {
  expect(slotKeys({ from: '2026-02-27', to: '2026-03-01' }, 'day')).toEqual([
    '2026-02-27',
    '2026-02-28',
    '2026-03-01',
  ]);
  expect(slotKeys({ from: '2025-12-31', to: '2026-02-01' }, 'month')).toEqual([
    '2025-12',
    '2026-01',
    '2026-02',
  ]);
  const hours = slotKeys({ from: '2026-06-15', to: '2026-06-15' }, 'hour');
  expect(hours).toHaveLength(24);
  expect(hours[0]).toBe(new Date(2026, 5, 15).toISOString().replace('.000Z', 'Z'));
});
