import { expect, it } from 'vitest';

import { dialects, getDialect } from '../../electron/dialects/registry.ts';

it('holds each dialect under its own name', () => {
  expect(Object.entries(dialects).map(([key, dialect]) => [key, dialect.name])).toEqual(
    Object.keys(dialects).map(key => [key, key]),
  );
});

it('gives a dialect, and says which there are where it has none', () => {
  expect(getDialect('openai_completions')).toBe(dialects.openai_completions);
  const unknown = 'telegraph' as 'ollama_chat'; // as a script or an older database may hold it
  expect(() => getDialect(unknown)).toThrow(/does not speak telegraph yet.*openai_completions/);
});
