import { createRequire } from 'node:module';

import type * as Keyring from '@napi-rs/keyring';

import { AppError } from '../../contract/errors.ts';

/** The keychain of the operating system. Every failure is a keychain_unavailable. */
export type Keychain = {
  get(account: string): Promise<string | undefined>;
  set(account: string, secret: string): Promise<void>;
  /** False when there was nothing to remove. */
  remove(account: string): Promise<boolean>;
};

export type KeychainEntry = Pick<Keyring.AsyncEntry, 'getPassword' | 'setPassword' | 'deletePassword'>;

export type KeychainOptions = {
  /** Name all entries are filed under. */
  service?: string;
  /** Longest wait in milliseconds; a locked keyring may be asking for its password in a window nobody sees. */
  timeoutMs?: number;
  /** How long a secret is remembered, in milliseconds, so that not every call of the gateway asks the keychain. */
  cacheMs?: number;
  /** Opens one entry; the native module by default. */
  openEntry?: (service: string, account: string) => KeychainEntry;
};

/** Whoever asked may have been told that there is no answer. */
type Asked = { isGivenUp: boolean };

type CachedSecret = { secret: string | undefined; until: number };

/** Opens the keychain without touching it: the native module is loaded when the first account is asked for. */
export function openKeychain(options: KeychainOptions = {}): Keychain {
  const { service = 'Parley', timeoutMs = 10_000, cacheMs = 10_000, openEntry = openNativeEntry } = options;
  const entries = new Map<string, KeychainEntry>();
  const cache = new Map<string, CachedSecret>();
  const reads = new Map<string, Promise<string | undefined>>();
  // A waiting prompt holds a thread of libuv's pool, which file access needs too: never hold more than one.
  let last: Promise<unknown> = Promise.resolve();

  async function useEntry<T>(
    account: string,
    use: (entry: KeychainEntry) => Promise<T>,
    asked: Asked = { isGivenUp: false },
  ): Promise<T> {
    const deadline = performance.now() + timeoutMs;
    const work = last.then(async () => {
      // Whoever asked was told that it failed, so it must not happen later after all.
      if (asked.isGivenUp || performance.now() >= deadline) throw noAnswer();
      try {
        // Opening connects to the keychain and blocks for about 20 ms on Linux, so entries are kept.
        const entry = entries.get(account) ?? openEntry(service, account);
        entries.set(account, entry);
        return await use(entry);
      } catch (error) {
        entries.delete(account);
        throw unavailable(error);
      }
    });
    last = work.catch(() => undefined);
    return work;
  }

  async function read(account: string): Promise<string | undefined> {
    const secret = (await useEntry(account, entry => entry.getPassword())) ?? undefined;
    cache.set(account, { secret, until: performance.now() + cacheMs });
    return secret;
  }

  function change<T>(account: string, use: (entry: KeychainEntry) => Promise<T>): Promise<T> {
    // A timer may be a moment early, so the clock alone would not tell that it has given up.
    const asked: Asked = { isGivenUp: false };
    const changing = useEntry(account, use, asked).finally(() => cache.delete(account));
    return withTimeout(changing, timeoutMs, asked);
  }

  return {
    async get(account) {
      const cached = cache.get(account);
      if (cached !== undefined && cached.until > performance.now()) return cached.secret;
      // Calls that ask for the same account meanwhile share one question, also one that timed out for somebody.
      let reading = reads.get(account);
      if (reading === undefined) {
        reading = read(account).finally(() => reads.delete(account));
        reads.set(account, reading);
      }
      return withTimeout(reading, timeoutMs);
    },
    async set(account, secret) {
      await change(account, entry => entry.setPassword(secret));
    },
    async remove(account) {
      return change(account, entry => entry.deletePassword());
    },
  };
}

function openNativeEntry(service: string, account: string): KeychainEntry {
  // Not `import()`: in the packaged app this file is CommonJS inside app.asar, where older Electron resolves only `require`.
  const load = createRequire(typeof __filename === 'string' ? __filename : import.meta.url);
  // Safe: the package's own declarations describe what it exports.
  const { AsyncEntry } = load('@napi-rs/keyring') as typeof Keyring;
  // Left to itself the package falls back to the kernel's keyring, which forgets everything at logout.
  return new AsyncEntry(service, account, { linux: { store: 'secret-service' } });
}

async function withTimeout<T>(promise: Promise<T>, timeoutMs: number, asked?: Asked): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      if (asked) asked.isGivenUp = true;
      reject(noAnswer());
    }, timeoutMs);
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
    // After a timeout nobody waits for its outcome any more.
    promise.catch(() => undefined);
  }
}

function unavailable(cause: unknown): AppError {
  const advice = adviceFor(process.platform);
  return new AppError('keychain_unavailable', `The system keychain cannot be used: ${advice}.`, { cause });
}

function noAnswer(): AppError {
  return new AppError(
    'keychain_unavailable',
    `The system keychain did not answer, perhaps it is locked: ${adviceFor(process.platform)}.`,
  );
}

function adviceFor(platform: NodeJS.Platform): string {
  const instead = 'or give the key as an environment variable (env:NAME)';
  if (platform === 'darwin') return `unlock the login keychain and allow Parley to use it, ${instead}`;
  if (platform === 'win32') {
    return `check that the Windows service "Credential Manager" runs, ${instead}`;
  }
  return `start and unlock a Secret Service such as gnome-keyring or KWallet, ${instead}`;
}
