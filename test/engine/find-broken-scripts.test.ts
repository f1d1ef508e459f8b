import { expect, it } from 'vitest';

import { AppError } from '../../electron/contract/errors.ts';
import type { BackendLine } from '../../electron/engine/backend-registry.ts';
import { findBrokenScripts } from '../../electron/engine/find-broken-scripts.ts';

const line = (name: string): BackendLine => ({ name, type: name, priority: 1, enabled: true, demo: false });

it('tells of scripts that are not there or do not load, and loads none that comes with the app', async () => {
  const loaded: string[] = [];
  const broken = await findBrokenScripts([line('groq'), line('mine'), line('bad'), line('gone')], {
    library: {
      read: async type => {
        if (type === 'gone') throw new AppError('unknown_provider', 'There is no provider "gone".');
        const origin = type === 'groq' ? 'built-in' : 'user';
        return { type, origin, path: '', file: '', text: '' };
      },
    },
    backends: {
      get: async name => {
        loaded.push(name);
        if (name === 'bad') throw new AppError('script_error', 'providers/bad.lua:1: broken');
        return undefined as never; // nobody looks at it
      },
    },
  });
  expect(loaded).toEqual(['mine', 'bad']);
  expect(broken.map(({ backend, error }) => [backend, error.code])).toEqual([
    ['bad', 'script_error'],
    ['gone', 'unknown_provider'],
  ]);
});
