import { expect, test } from 'vitest';

import { setWarnings } from '../../electron/gateway/set-warnings.ts';

test('a tool is told of warnings and fields left out, each once, and of those of the last target only', () => {
  const headers: Record<string, string> = { other: '1' };
  setWarnings({ headers }, ['no a'], ['seed', 'seed', 'user']);
  expect(headers).toEqual({ other: '1', 'parley-warnings': 'no a | ignored: seed, user' });
  setWarnings({ headers }, [], ['user']);
  expect(headers).toEqual({ other: '1', 'parley-warnings': 'ignored: user' });
  setWarnings({ headers }, []);
  expect(headers).toEqual({ other: '1' });
});
