import { describe, expect, test, vi } from 'vitest';

import { openKeychain } from '../../../electron/engine/keys/keychain.ts';
import type { KeychainEntry, KeychainOptions } from '../../../electron/engine/keys/keychain.ts';

/** A keychain in memory, with what was asked of it. */
function openFake(options: KeychainOptions = {}) {
  const secrets = new Map<string, string>();
  const asked: string[] = [];
  const keychain = openKeychain({
    openEntry: (service, account): KeychainEntry => ({
      async getPassword() {
        asked.push(`get ${service}/${account}`);
        return secrets.get(account) ?? null;
      },
      async setPassword(secret) {
        secrets.set(account, secret);
      },
      async deletePassword() {
        return secrets.delete(account);
      },
    }),
    ...options,
  });
  return { keychain, secrets, asked };
}

const hanging: KeychainEntry = {
  getPassword: () => new Promise(() => {}),
  setPassword: () => new Promise(() => {}),
  deletePassword: () => new Promise(() => {}),
};

describe('a keychain that works', () => {
  test('keeps, reads and removes secrets under its service', async () => {
    const { keychain, asked } = openFake();
    expect(await keychain.get('work')).toBeUndefined();
    await keychain.set('work', 'made-up');
    expect(await keychain.get('work')).toBe('made-up');
    expect(await keychain.remove('work')).toBe(true);
    expect(await keychain.remove('work')).toBe(false);
    expect(await keychain.get('work')).toBeUndefined();
    expect(asked).toEqual(['get Parley/work', 'get Parley/work', 'get Parley/work']);
  });

  test('is asked once for many calls, and again after the secret is remembered long enough', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    try {
      const { keychain, secrets, asked } = openFake({ cacheMs: 1000 });
      secrets.set('work', 'old');
      await Promise.all([keychain.get('work'), keychain.get('work')]);
      await keychain.get('work');
      expect(asked).toHaveLength(1);
      secrets.set('work', 'new');
      vi.advanceTimersByTime(999);
      expect(await keychain.get('work')).toBe('old');
      vi.advanceTimersByTime(2);
      expect(await keychain.get('work')).toBe('new');
    } finally {
      vi.useRealTimers();
    }
  });

  test('remembers also that there is nothing, until something is set', async () => {
    const { keychain, asked } = openFake();
    await keychain.get('a');
    await keychain.get('a');
    expect(asked).toHaveLength(1);
    await keychain.set('a', 'made-up');
    expect(await keychain.get('a')).toBe('made-up');
  });
});

describe('a keychain that does not work', () => {
  test.each([
    ['get', (k: ReturnType<typeof openKeychain>) => k.get('a')],
    ['set', (k: ReturnType<typeof openKeychain>) => k.set('a', 'made-up')],
    ['remove', (k: ReturnType<typeof openKeychain>) => k.remove('a')],
  ])('%s without an answer ends as keychain_unavailable', async (_name, use) => {
    const keychain = openKeychain({ timeoutMs: 30, openEntry: () => hanging });
    await expect(use(keychain)).rejects.toMatchObject({
      code: 'keychain_unavailable',
      message: expect.stringContaining('did not answer'),
    });
  });

  test('what throws on opening or asking is keychain_unavailable with the way out, and is tried anew', async () => {
    let broken = true;
    const keychain = openKeychain({
      openEntry: () => {
        if (broken) throw new Error('Platform failure: DBus error');
        return { ...hanging, getPassword: async () => 'made-up' };
      },
    });
    await expect(keychain.get('a')).rejects.toMatchObject({
      code: 'keychain_unavailable',
      message: expect.stringContaining('environment variable (env:NAME)'),
      cause: expect.objectContaining({ message: 'Platform failure: DBus error' }),
    });
    broken = false;
    expect(await keychain.get('a')).toBe('made-up');
  });

  test('holds one thread at most: whoever asks meanwhile waits for the same answer', async () => {
    let answer = (_secret: string | null) => {};
    const getPassword = vi.fn(() => new Promise<string | null>(resolve => (answer = resolve)));
    const keychain = openKeychain({ timeoutMs: 30, openEntry: () => ({ ...hanging, getPassword }) });
    await expect(keychain.get('a')).rejects.toMatchObject({ code: 'keychain_unavailable' });
    await expect(keychain.get('b')).rejects.toMatchObject({ code: 'keychain_unavailable' });
    expect(getPassword).toHaveBeenCalledTimes(1);
    const second = keychain.get('a');
    answer('made-up');
    expect(await second).toBe('made-up');
  });

  test('a change that was reported as failed does not happen later', async () => {
    let answer = (_secret: string | null) => {};
    const setPassword = vi.fn(async () => {});
    const getPassword = () => new Promise<string | null>(resolve => (answer = resolve));
    const keychain = openKeychain({
      timeoutMs: 30,
      openEntry: () => ({ ...hanging, getPassword, setPassword }),
    });
    // As if the timer were early, which it is now and then by a millisecond.
    vi.spyOn(performance, 'now').mockReturnValue(1000);
    const reading = keychain.get('a').catch(() => undefined);
    await expect(keychain.set('a', 'made-up')).rejects.toMatchObject({ code: 'keychain_unavailable' });
    await reading;
    answer(null);
    // In turn after the abandoned change, so that one has been decided on by then.
    await keychain.set('b', 'made-up');
    expect(setPassword).toHaveBeenCalledTimes(1);
    vi.restoreAllMocks();
  });
});
