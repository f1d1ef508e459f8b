import { describe, expect, it } from 'vitest';

import { catalogues, closestLanguage } from '../../renderer/texts/texts.ts';

type Texts = { [key: string]: string | Texts };

/** Every text by its path. Forms of number are one text: languages differ in how many they have. */
function flatten(texts: Texts, prefix = ''): Map<string, string> {
  const flat = new Map<string, string>();
  for (const [key, value] of Object.entries(texts)) {
    const path = `${prefix}${key.replace(/_(zero|one|two|few|many|other)$/, '')}`;
    if (typeof value === 'string') flat.set(path, value);
    else for (const entry of flatten(value, `${path}.`)) flat.set(...entry);
  }
  return flat;
}

const placeholders = (text: string) =>
  [...text.matchAll(/\{\{-?\s*([\w.]+)/g)].map(match => match[1] ?? '').toSorted();
const tags = (text: string) => [...text.matchAll(/<\/?(\w+)>/g)].map(match => match[0]).toSorted();

describe.each(['de', 'zh-Hans'] as const)('the catalogue of %s', language => {
  const english = flatten(catalogues.en);
  const texts = flatten(catalogues[language]);

  it('has every text, and none that is not used', () => {
    expect([...texts.keys()].toSorted()).toEqual([...english.keys()].toSorted());
  });

  it('has no empty text', () => {
    expect([...texts].filter(([, text]) => text.trim() === '')).toEqual([]);
  });

  it('puts the same values and marks into each', () => {
    for (const [key, text] of texts) {
      const original = english.get(key) ?? '';
      expect({ key, holds: [...new Set(placeholders(text))], marks: tags(text) }).toEqual({
        key,
        holds: [...new Set(placeholders(original))],
        marks: tags(original),
      });
    }
  });
});

it.each([
  [['de-AT', 'en'], 'de'],
  [['zh-CN'], 'zh-Hans'],
  [['fr', 'de'], 'de'],
  [['fr'], 'en'],
  [[], 'en'],
] as const)('a system that prefers %j reads %s', (preferred, language) => {
  expect(closestLanguage(preferred)).toBe(language);
});
