import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export type PrivateKeyring = {
  /** For a program that shall use this keyring. */
  env: Record<string, string>;
  stop(): void;
};

/** Why there can be no keyring of our own; undefined where there can. */
export function keyringProblem(): string | undefined {
  if (process.platform !== 'linux') return 'only Linux lets a test have a keyring of its own';
  const missing = ['dbus-daemon', 'gnome-keyring-daemon'].filter(
    program => spawnSync(program, ['--version'], { stdio: 'ignore' }).error !== undefined,
  );
  return missing.length === 0 ? undefined : `${missing.join(' and ')} not installed`;
}

/** A real Secret Service on a bus of its own with an unlocked, empty keyring: nobody's own keys are touched. */
export async function startPrivateKeyring(): Promise<PrivateKeyring> {
  const home = mkdtempSync(join(tmpdir(), 'parley-keyring-'));
  const bus = spawn('dbus-daemon', ['--session', '--nofork', '--print-address=1'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const env = { DBUS_SESSION_BUS_ADDRESS: await firstLine(bus), XDG_DATA_HOME: home };
  // It goes into the background when it can be asked, and ends with its bus.
  const keyring = spawnSync('gnome-keyring-daemon', ['--unlock', '--components=secrets'], {
    input: 'password of the test keyring',
    env: { ...process.env, ...env, XDG_RUNTIME_DIR: home },
    encoding: 'utf8',
    timeout: 20_000,
  });
  if (keyring.status !== 0) throw new Error(`gnome-keyring-daemon did not start: ${keyring.stderr}`);
  return {
    env,
    stop() {
      bus.kill();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('This program was started without a pipe to read.');
  const lines = createInterface(child.stdout);
  for await (const line of lines) return line;
  throw new Error(`${child.spawnfile} ended without a word.`);
}
