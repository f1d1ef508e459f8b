import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { Json } from '../../electron/contract/json.ts';
import {
  createFreeformReader,
  freeformSchema,
  unwrapFreeform,
  wrapFreeform,
} from '../../electron/dialects/freeform-text.ts';

/** What is told piece by piece, and what only at the end. */
function read(pieces: string[]): { told: string[]; rest: string } {
  const reader = createFreeformReader();
  return { told: pieces.map(piece => reader.push(piece)), rest: reader.end() };
}

function escapeAll(text: string): string {
  return [...Array(text.length).keys()]
    .map(index => `\\u${text.charCodeAt(index).toString(16).padStart(4, '0')}`)
    .join('');
}

describe('text that arrives as the argument of a function', () => {
  it('is told as soon as it is known', () => {
    const pieces = ['{"inp', 'ut": "*** Be', 'gin\\', 'nPatch \\u00', 'e9', '\\ud83d\\udc', '4b"', '}'];
    expect(read(pieces)).toEqual({
      told: ['', '*** Be', 'gin', '\nPatch ', 'é', '', '👋', ''],
      rest: '',
    });
  });

  it('is the same however it is escaped and cut', () => {
    const text = fc.string({ unit: 'binary', maxLength: 30 });
    fc.assert(
      fc.property(text, fc.boolean(), fc.array(fc.nat(), { maxLength: 8 }), (expected, escaped, cuts) => {
        const json = escaped
          ? `{ "input" : "${escapeAll(expected)}" }`
          : JSON.stringify(wrapFreeform(expected));
        const places = [0, ...cuts.map(cut => cut % (json.length + 1)).toSorted((a, b) => a - b)];
        const pieces = places.map((start, index) => json.slice(start, places[index + 1]));
        const { told, rest } = read(pieces);
        expect(told.join('') + rest).toBe(expected);
        // Half a character is no text for other languages.
        expect(told.every(piece => piece.isWellFormed() || !expected.isWellFormed())).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it.each<[string, string, string]>([
    ['no arguments at all', '', ''],
    ['an empty object', '{}', ''],
    ['the bare text', 'ls -l', 'ls -l'],
    ['a string', '"ls"', 'ls'],
    ['one member of another name', '{"patch":"x\\ny"}', 'x\ny'],
    ['more members, the text last', '{"why":"so","input":"x"}', 'x'],
    ['members that are no text', '{"command":["ls"]}', '{"command":["ls"]}'],
    ['arguments that broke off', '{"input":"ab', 'ab'],
    ['arguments that broke off before the text', '{"input":"', ''],
  ])('is found in %s', (_name, json, expected) => {
    const { told, rest } = read([json]);
    expect(told.join('') + rest).toBe(expected);
  });
});

it.each<[Json, string]>([
  ['x', 'x'],
  [{ input: 'x', other: 1 }, 'x'],
  [{}, ''],
  [{ other: 'y' }, 'y'],
  [{ a: 1 }, '{"a":1}'],
  [[1], '[1]'],
  [null, 'null'],
])('the text of %j is %j', (input, expected) => {
  expect(unwrapFreeform(input)).toBe(expected);
});

it('tells the model what form the text must have', () => {
  const grammar = { type: 'grammar', syntax: 'lark', definition: 'start: /.+/' };
  expect(JSON.stringify(freeformSchema(grammar))).toContain('follow this Lark grammar:\\nstart: /.+/');
  expect(JSON.stringify(freeformSchema({ ...grammar, syntax: 'regex' }))).toContain('regular expression');
  expect(JSON.stringify(freeformSchema({ type: 'text' }))).not.toContain('must');
  expect(freeformSchema(undefined)).toMatchObject({ required: ['input'], additionalProperties: false });
});
