import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { applyEdits, dropMembers } from '../../electron/dialects/request-members.ts';

function drop(body: string, ...names: string[]): string {
  const bytes = Buffer.from(body);
  return applyEdits(bytes, dropMembers(bytes, names)).toString('utf8');
}

describe('members taken out of a body', () => {
  it.each<[string, string, string[], string]>([
    ['the first', '{ "a" : 1 , "b":2}', ['a'], '{ "b":2}'],
    ['one in the middle', '{"b":2,\n "a":[{"b":1}],\n "c":3}', ['a'], '{"b":2,\n "c":3}'],
    ['the last', '{"b":2, "a":"}\\"," }', ['a'], '{"b":2 }'],
    ['several at the end', '{"b":2,"a":1, "c":3 }', ['c', 'a'], '{"b":2 }'],
    ['several at the beginning', '{"a":1,"c":3,"b":2}', ['c', 'a'], '{"b":2}'],
    ['all', '{ "a":1, "b":2 }', ['a', 'b'], '{  }'],
    ['repeated ones', '{"a":1,"b":2,"a":3}', ['a'], '{"b":2}'],
    ['one written with escapes', '{"\\u0061":1,"b":2}', ['a'], '{"b":2}'],
    ['none of that name', '{"b":2}', ['a'], '{"b":2}'],
    ['the model, which stays', '{"model":"m","b":2}', ['model', 'b'], '{"model":"m"}'],
  ])('%s', (_name, body, names, expected) => {
    expect(drop(body, ...names)).toBe(expected);
  });

  it('leave everything else as it was, whatever it holds', () => {
    const name = fc.constantFrom<string>('a', 'b', 'c', 'd', 'model');
    const space = fc.constantFrom('', ' ', '\n\t');
    fc.assert(
      fc.property(
        fc.array(fc.tuple(name, fc.json({ maxDepth: 2 }), space), { maxLength: 8 }),
        fc.array(name, { maxLength: 4 }),
        fc.constantFrom(0, 20_000),
        (members, names, size) => {
          const texts = members.map(([key, json, gap]) => `${gap}"${key}"${gap}:${gap}${json}${gap}`);
          const padding = `"p":"${'é'.repeat(size)}"`;
          const body = `{${[...texts, padding].join(',')}}`;
          const kept = Object.entries(JSON.parse(body) as object).filter(
            ([key]) => key === 'model' || !names.includes(key),
          );
          const sent = drop(body, ...names);
          expect(Object.entries(JSON.parse(sent) as object)).toEqual(kept);
          expect(sent).toContain(padding);
        },
      ),
      { numRuns: 500 },
    );
  });
});
