import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { matchesModel } from '../../../electron/gateway/client-limits/match-model.ts';

describe('patterns of models', () => {
  it.each([
    ['groq/*', 'groq/llama', true],
    ['groq/*', 'groq/openai/gpt-oss-120b', true],
    ['groq/*', 'groq', false],
    ['groq/*', 'my-groq/llama', false],
    ['groq/*', 'GROQ/llama', false],
    ['*', '', true],
    ['*', 'anything/at/all', true],
    ['*/claude-*', 'work/claude-opus', true],
    ['*/claude-*', 'work/gpt', false],
    ['fast', 'fast', true],
    ['fast', 'faster', false],
    ['fast', 'breakfast', false],
    ['gpt-?', 'gpt-5', true],
    ['gpt-?', 'gpt-', false],
    ['gpt-?', 'gpt-50', false],
    ['a*b*c', 'a-b-b-c-c', true],
    ['a*b*c', 'a-c-b', false],
    ['**', 'x', true],
    ['gpt.5', 'gpt-5', false],
    ['(x)+', '(x)+', true],
    ['[ab]', 'a', false],
  ])('%s and %s: %s', (pattern, name, matches) => {
    expect(matchesModel([pattern], name)).toBe(matches);
  });

  it('need one of several to fit', () => {
    expect(matchesModel(['groq/*', 'fast'], 'fast')).toBe(true);
    expect(matchesModel(['groq/*', 'fast'], 'slow')).toBe(false);
    expect(matchesModel([], 'fast')).toBe(false);
  });

  it('fit what a regular expression of the same meaning fits', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '/', '*', '?', '.'), maxLength: 12 });
    fc.assert(
      fc.property(letters, letters, (pattern, name) => {
        const source = pattern
          .split('')
          .map(each => ({ '*': '.*', '?': '.', '.': '\\.' })[each] ?? each)
          .join('');
        expect(matchesModel([pattern], name)).toBe(new RegExp(`^${source}$`, 's').test(name));
      }),
      { numRuns: 3000 },
    );
  });

  it('cannot be made slow by a hostile pattern and name', () => {
    const started = performance.now();
    expect(matchesModel([`${'*a'.repeat(100)}b`], 'a'.repeat(500))).toBe(false);
    expect(matchesModel(['*'], 'a'.repeat(10_000_000))).toBe(false);
    expect(performance.now() - started).toBeLessThan(1000);
  });
});
