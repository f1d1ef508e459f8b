import { expect, test } from 'vitest';

import { grammars } from '../../renderer/ui/code/highlight-grammars.ts';
import { findLanguage } from '../../renderer/ui/code/highlight-languages.ts';

test.each(Object.keys(grammars))('%s is found by its own name, and its grammar loads', async name => {
  expect(findLanguage(name)).toBe(name);
  const { default: grammar } = await grammars[name as keyof typeof grammars]();
  expect(grammar.length).toBeGreaterThan(0);
});

test.each([
  ['js', 'javascript'],
  ['TS', 'typescript'],
  ['py', 'python'],
  ['c++', 'cpp'],
  ['sh', 'bash'],
  ['Dockerfile', 'docker'],
])('%s means %s', (word, name) => expect(findLanguage(word)).toBe(name));

test.each(['', 'text', 'klingon', 'constructor', '__proto__'])('%j has no grammar', word => {
  expect(findLanguage(word)).toBeUndefined();
});
