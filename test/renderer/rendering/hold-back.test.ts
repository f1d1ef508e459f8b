import { describe, expect, test } from 'vitest';

import { holdBack, isClosedFence } from '../../../renderer/features/thread/rendering/hold-back.ts';

describe('holdBack', () => {
  test.each([
    ['Text\n| a | b', 'Text'],
    ['Text\n| a | b |\n|--', 'Text'],
    ['| a | b |\n|---|', ''],
    ['| a | b |\n|---|---', '| a | b |\n|---|---'],
    ['| a | b |\n|---|---|\n| 1', '| a | b |\n|---|---|\n| 1'],
    ['Text\n- ', 'Text'],
    ['Text\n12.', 'Text'],
    ['Text\n##', 'Text'],
    ['Text\n``', 'Text'],
    ['So \\(x^2 + ', 'So '],
    ['So $x_1', 'So '],
    ['It costs $5 and ', 'It costs $5 and '],
    ['A whole sentence.', 'A whole sentence.'],
  ])('of %j shows %j', (text, expected) => {
    expect(holdBack(text)).toBe(expected);
  });

  test('code is shown as it comes', () => {
    const code = '```sh\necho $x_1 |\n| a\n- ';
    expect(holdBack(code)).toBe(code);
  });
});

test.each([
  ['```ts\na\n```', true],
  ['```ts\na\n```\n\n', true],
  ['```ts\na', false],
  ['```', false],
  ['````md\n```\n', false],
  ['Text', false],
])('the fence of %j is closed: %s', (text, expected) => {
  expect(isClosedFence(text)).toBe(expected);
});
