import { accessSync, closeSync, constants, mkdirSync, openSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

import envPaths from 'env-paths';

import { AppError } from '../contract/errors.ts';

export type DataDirChoice = {
  /** Value of --data-dir. */
  flag?: string | undefined;
  env: Readonly<Record<string, string | undefined>>;
  /** Overrides the platform's usual place. */
  platformDefault?: string | undefined;
};

/**
 * Decides on the data directory and makes it, with providers/ and logs/ in it, for nobody but its owner.
 * Synchronous because Electron wants the paths before its `ready`. Throws data_dir_unwritable or disk_full.
 */
export function resolveDataDir({ flag, env, platformDefault }: DataDirChoice): string {
  if (flag?.trim() === '') {
    // `--data-dir "$UNSET"` in a script must not end up in the person's real data.
    throw new AppError('data_dir_unwritable', '--data-dir is empty; give it a folder or leave it out.');
  }
  const chosen = flag ?? (env['PARLEY_DATA_DIR']?.trim() || undefined);
  const dir =
    chosen === undefined
      ? (platformDefault ?? envPaths('Parley', { suffix: '' }).data)
      : resolve(expandHome(chosen));
  try {
    for (const folder of [dir, join(dir, 'providers'), join(dir, 'logs')]) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    }
    // Windows and some network drives say yes to the question and no to the deed.
    const probe = join(dir, `.write-test-${process.pid}`);
    closeSync(openSync(probe, 'w', 0o600));
    rmSync(probe);
  } catch (error) {
    throw describeFailure(dir, error);
  }
  return dir;
}

/** Launchers and systemd units pass `~/…` on as it is. */
function expandHome(path: string): string {
  return path === '~' || /^~[/\\]/.test(path) ? join(homedir(), path.slice(1)) : path;
}

function describeFailure(dir: string, cause: unknown): AppError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    const message = `The disk of the data directory ${dir} is full; free some space and start Parley again.`;
    return new AppError('disk_full', message, { cause });
  }
  const why =
    code === 'EEXIST' || code === 'ENOTDIR'
      ? 'there is a file where a folder is needed'
      : 'it is not writable';
  return new AppError(
    'data_dir_unwritable',
    `The data directory ${dir} cannot be used, ${why}; make it writable or choose another with --data-dir or PARLEY_DATA_DIR.`,
    { cause },
  );
}
