import { describe, expect, test, vi } from 'vitest';

import { AppError } from '../../../electron/contract/errors.ts';
import { resolveKey } from '../../../electron/engine/keys/resolve-key.ts';
import type { KeySources } from '../../../electron/engine/keys/resolve-key.ts';

function sources(overrides: Partial<KeySources> = {}): KeySources {
  const accounts: Record<string, string> = { work: 'from-keychain\n', blank: ' ' };
  return {
    env: { GROQ: 'from-env', PADDED: '  padded\r\n', EMPTY: '' },
    keychain: { get: async account => accounts[account] },
    ...overrides,
  };
}

describe('tiers', () => {
  test('the call wins over settings, settings over the script', async () => {
    const all = { call: 'a', settings: 'b', script: 'c' };
    expect(await resolveKey(all, sources())).toEqual({
      key: 'a',
      origin: { tier: 'call', source: 'literal' },
    });
    expect(await resolveKey({ ...all, call: null }, sources())).toEqual({
      key: 'b',
      origin: { tier: 'settings', source: 'literal' },
    });
    expect(await resolveKey({ ...all, call: undefined, settings: '' }, sources())).toEqual({
      key: 'c',
      origin: { tier: 'script', source: 'literal' },
    });
  });

  test('nothing anywhere is no_api_key, with the backend and the way out', async () => {
    await expect(resolveKey({ script: null }, sources({ backend: 'groq' }))).rejects.toMatchObject({
      code: 'no_api_key',
      message:
        'The backend groq needs an API key; add one on the Providers page, or as api_key in parley.yaml.',
    });
  });

  test("the script's function is asked only when no earlier tier has a key", async () => {
    const script = vi.fn(async () => 'computed');
    await resolveKey({ settings: 'b', script }, sources());
    expect(script).not.toHaveBeenCalled();
    expect(await resolveKey({ script }, sources())).toEqual({
      key: 'computed',
      origin: { tier: 'script', source: 'function' },
    });
  });

  test('a function may name a variable, and one that returns nil has no key', async () => {
    expect(await resolveKey({ script: async () => ({ env: 'GROQ' }) }, sources())).toEqual({
      key: 'from-env',
      origin: { tier: 'script', source: 'env', name: 'GROQ' },
    });
    await expect(resolveKey({ script: async () => null }, sources())).rejects.toMatchObject({
      code: 'no_api_key',
    });
  });

  test("an error of the script's function comes through as it is", async () => {
    const error = new AppError('script_timeout', 'too slow');
    await expect(resolveKey({ script: () => Promise.reject(error) }, sources())).rejects.toBe(error);
  });
});

describe('sources', () => {
  test.each([
    ['${GROQ}', 'from-env', { source: 'env', name: 'GROQ' }],
    ['env:PADDED', 'padded', { source: 'env', name: 'PADDED' }],
    ['Bearer ${GROQ}/${PADDED}', 'Bearer from-env/padded', { source: 'env', name: 'GROQ, PADDED' }],
    ['keychain:work', 'from-keychain', { source: 'keychain', name: 'work' }],
  ])('%s', async (settings, key, origin) => {
    expect(await resolveKey({ settings }, sources())).toEqual({
      key,
      origin: { tier: 'settings', ...origin },
    });
  });

  test.each([
    ['${UNSET}', 'UNSET', 'is not set'],
    ['env:EMPTY', 'EMPTY', 'is empty'],
    ['Bearer ${UNSET}', 'UNSET', 'is not set'],
  ])('%s is missing_env_var, not the next tier', async (settings, name, what) => {
    const attempt = resolveKey({ settings, script: 'another' }, sources());
    await expect(attempt).rejects.toMatchObject({
      code: 'missing_env_var',
      message: expect.stringContaining(
        `variable ${name}, named by the API key set in settings (api_key in parley.yaml), ${what}`,
      ),
    });
  });

  test.each(['nobody', 'blank'])(
    'an account without a key (%s) is no_api_key, not the next tier',
    async account => {
      const attempt = resolveKey({ settings: `keychain:${account}`, script: 'another' }, sources());
      await expect(attempt).rejects.toMatchObject({
        code: 'no_api_key',
        message: expect.stringContaining(`parley secrets set ${account}`),
      });
    },
  );

  test('a keychain that is not there is keychain_unavailable', async () => {
    const error = new AppError('keychain_unavailable', 'no bus');
    const keychain = { get: () => Promise.reject(error) };
    await expect(resolveKey({ settings: 'keychain:work' }, sources({ keychain }))).rejects.toBe(error);
  });

  test('the keychain is left alone by every other source', async () => {
    const keychain = { get: vi.fn() };
    await resolveKey({ settings: 'env:GROQ', script: 'keychain:work' }, sources({ keychain }));
    expect(keychain.get).not.toHaveBeenCalled();
  });
});

describe('what no header can carry', () => {
  test.each([
    ['a line break inside', 'abc\ndef'],
    ['a carriage return', 'abc\rdef'],
    ['a NUL', 'abc\u0000def'],
    ['a C1 control character', 'abc\u0085def'],
    ['a zero-width space', 'abc\u200bdef'],
    ['a typographic dash', 'sk\u2013abc'],
    ['an emoji', 'abc😀'],
  ])('%s is invalid_auth_value', async (_name, key) => {
    for (const attempt of [
      resolveKey({ settings: key }, sources()),
      resolveKey({ settings: 'env:KEY' }, sources({ env: { KEY: key } })),
      resolveKey({ settings: 'keychain:a' }, sources({ keychain: { get: async () => key } })),
    ]) {
      const error = await attempt.catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'invalid_auth_value' });
      expect(String(error)).not.toContain(key);
    }
  });

  test('Latin-1 passes', async () => {
    expect((await resolveKey({ settings: 'clé ~!' }, sources())).key).toBe('clé ~!');
  });
});
