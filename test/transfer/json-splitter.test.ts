import fc from 'fast-check';
import { expect, it } from 'vitest';

import { createJsonSplitter } from '../../electron/transfer/json-splitter.ts';

const opens = (path: readonly string[]): boolean => path.length < 2;

/** The values at the depth at which the splitter stops, in order. */
function expected(value: unknown, path: string[] = []): [string[], unknown][] {
  if (opens(path) && Array.isArray(value)) return value.flatMap(each => expected(each, [...path, '[]']));
  if (opens(path) && typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([key, each]) => expected(each, [...path, key]));
  }
  return [[path, value]];
}

it('hands out what JSON.parse finds, however the text is cut', () => {
  const document = fc.oneof(
    fc.array(fc.jsonValue()),
    fc.dictionary(fc.string(), fc.jsonValue(), { noNullPrototype: true }),
  );
  fc.assert(
    fc.property(document, fc.integer({ min: 1, max: 9 }), fc.constantFrom(0, 2), (value, step, indent) => {
      const text = `\uFEFF${JSON.stringify(value, null, indent)}\n`;
      // What JSON.parse makes of it, because keys such as __proto__ and -0 change on the way.
      const plain: unknown = JSON.parse(text.slice(1));
      const splitter = createJsonSplitter(opens);
      const parts = [];
      for (let at = 0; at < text.length; at += step) parts.push(...splitter.push(text.slice(at, at + step)));
      splitter.end();
      expect(parts.map(part => [part.path, JSON.parse(part.text)])).toEqual(expected(plain));
    }),
  );
});
