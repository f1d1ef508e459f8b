import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { KeychainSteps } from './real-keychain-steps.ts';

const run = promisify(execFile);
const steps = join(import.meta.dirname, 'real-keychain-steps.ts');
const missing = process.platform === 'linux' ? missingPrograms() : ['Linux'];

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'parley-keyring-'));
});
afterAll(() => rm(home, { recursive: true, force: true }));

/** Nothing of the person's own session: not their bus, and not their keyring files. */
function bareEnvironment(): NodeJS.ProcessEnv {
  const {
    DBUS_SESSION_BUS_ADDRESS: _bus,
    DISPLAY: _display,
    WAYLAND_DISPLAY: _wayland,
    ...rest
  } = process.env;
  const folders = { HOME: home, XDG_RUNTIME_DIR: home, XDG_DATA_HOME: home, XDG_CACHE_HOME: home };
  return { ...rest, ...folders };
}

async function runSteps(command: string, args: string[], env: NodeJS.ProcessEnv): Promise<KeychainSteps> {
  const { stdout } = await run(command, args, { env, timeout: 20_000 });
  // The keyring's daemon prints a line of its own first.
  // Safe: it is what the steps print, and the tests compare the whole of it.
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as KeychainSteps;
}

if (missing.length > 0) {
  console.warn(`SKIPPED: no real Secret Service was tested, for want of ${missing.join(', ')}`);
}

describe.skipIf(missing.length > 0)('a real Secret Service', () => {
  test('keeps, finds and removes a key', async () => {
    const unlock = 'echo -n pw | gnome-keyring-daemon --unlock --components=secrets; exec "$0" "$1"';
    const args = ['--', 'bash', '-c', unlock, process.execPath, steps];
    expect(await runSteps('dbus-run-session', args, bareEnvironment())).toEqual({
      loaded_before: false,
      before: null,
      set: null,
      get_is_secret: true,
      origin: { tier: 'settings', source: 'keychain', name: 'parley test account', is_secret: true },
      other_service: null,
      removed: true,
      removed_again: false,
      after: null,
      loaded_after: true,
    });
  });
});

describe.skipIf(process.platform !== 'linux')('no Secret Service', () => {
  test.each([
    ['no bus', undefined],
    ['an address nobody listens on', 'unix:path=/nonexistent/bus'],
    ['an address that is none', 'nonsense'],
  ])('%s is keychain_unavailable with the way out', async (_name, address) => {
    const env = {
      ...bareEnvironment(),
      ...(address === undefined ? {} : { DBUS_SESSION_BUS_ADDRESS: address }),
    };
    const failure = {
      code: 'keychain_unavailable',
      message:
        'The system keychain cannot be used: start and unlock a Secret Service such as gnome-keyring or KWallet, ' +
        'or give the key as an environment variable (env:NAME).',
    };
    expect(await runSteps(process.execPath, [steps], env)).toEqual({
      loaded_before: false,
      before: failure,
      set: failure,
      get_is_secret: false,
      origin: failure,
      other_service: failure,
      removed: failure,
      removed_again: failure,
      after: failure,
      loaded_after: true,
    });
  });
});

function missingPrograms(): string[] {
  return ['dbus-run-session', 'gnome-keyring-daemon', 'bash'].filter(program => {
    try {
      execFileSync('which', [program], { stdio: 'ignore' });
      return false;
    } catch {
      return true;
    }
  });
}
