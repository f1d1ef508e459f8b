import { expect, test } from 'vitest';

import { toCsv } from '../../../renderer/features/thread/rendering/table-text.ts';

test('cells with commas, quotes and line ends are quoted', () => {
  expect(
    toCsv([
      ['a', 'b,c'],
      ['say "hi"', 'two\nlines'],
    ]),
  ).toBe('a,"b,c"\r\n"say ""hi""","two\nlines"');
});

test.each([
  ['=1+1', "'=1+1"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['+cmd|x', "'+cmd|x"],
  ['-12.5', '-12.5'],
  ['+3 %', '+3 %'],
])('a spreadsheet runs nothing of %j', (cell, expected) => {
  expect(toCsv([[cell]])).toBe(expected);
});
