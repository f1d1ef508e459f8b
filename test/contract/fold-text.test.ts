import { expect, test } from 'vitest';

import { foldText, normalizeText } from '../../electron/contract/fold-text.ts';

test.each([
  ['ÄÖÜ ß É', 'aou ß e'],
  ['Zu\u0308rich', 'zurich'],
  ['İstanbul', 'istanbul'],
  ['ＡＢＣ１', 'abc1'],
  ['がガ', 'がガ'],
  ['한국어', '한국어'],
  ['ΣΊΣΥΦΟΣ', 'σισυφοσ'],
  ['Ёлка', 'елка'],
])('%s is compared as %s', (text, folded) => {
  expect(foldText(text)).toBe(folded);
});

test('every character keeps its length, so that positions stay', () => {
  const wrong: string[] = [];
  for (let code = 0; code < 0x1_20_00; code += 1) {
    if (code >= 0xd8_00 && code < 0xe0_00) continue;
    const text = normalizeText(`a${String.fromCodePoint(code)}b`);
    if (foldText(text).length !== text.length) wrong.push(code.toString(16));
  }
  expect(wrong).toEqual([]);
});
