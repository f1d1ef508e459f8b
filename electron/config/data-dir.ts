import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

import envPaths from 'env-paths';
import { z } from 'zod';

import { AppError } from '../contract/errors.ts';

/** Stands in the usual place when the data directory was moved away from there. */
const pointerFile = 'data-dir.json';

const movedSchema = z.object({
  dir: z.string().min(1),
  /** Where everything was before. */
  from: z.string(),
});
export type MovedDataDir = z.infer<typeof movedSchema>;

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
  const chosen = flag ?? namedByEnv(env);
  const dir = chosen === undefined ? usualOrMoved(platformDefault) : resolve(expandHome(chosen));
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

/** What decides on the data directory: the command line, the environment, or neither of them. */
export function dataDirDecider({ flag, env }: Pick<DataDirChoice, 'flag' | 'env'>): 'flag' | 'env' | 'usual' {
  if (flag !== undefined) return 'flag';
  return namedByEnv(env) === undefined ? 'usual' : 'env';
}

/** Where the data directory was moved to from the usual place; undefined where it was not. Throws data_dir_unwritable. */
export function readMovedDataDir(platformDefault = usualPlace()): MovedDataDir | undefined {
  const file = join(platformDefault, pointerFile);
  if (!existsSync(file)) return undefined;
  try {
    return movedSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    const message = `${file} says where Parley’s data is, and cannot be read; mend it, or delete it to begin in its folder.`;
    throw new AppError('data_dir_unwritable', message, { cause });
  }
}

/** From the next start on everything is in `moved.dir`. */
export function writeMovedDataDir(moved: MovedDataDir, platformDefault = usualPlace()): void {
  const file = join(platformDefault, pointerFile);
  if (resolve(moved.dir) === resolve(platformDefault)) return rmSync(file, { force: true });
  mkdirSync(platformDefault, { recursive: true, mode: 0o700 });
  writeFileSync(`${file}.tmp`, `${JSON.stringify(moved, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.tmp`, file);
}

function namedByEnv(env: DataDirChoice['env']): string | undefined {
  return env['PARLEY_DATA_DIR']?.trim() || undefined;
}

function usualPlace(): string {
  return envPaths('Parley', { suffix: '' }).data;
}

function usualOrMoved(platformDefault = usualPlace()): string {
  const moved = readMovedDataDir(platformDefault);
  if (moved === undefined) return platformDefault;
  // Nothing is begun anew in the place of a drive that is not plugged in.
  if (existsSync(moved.dir)) return moved.dir;
  throw new AppError(
    'data_dir_unwritable',
    `Parley’s data was moved to ${moved.dir}, which is not there; connect its drive, or delete ${join(platformDefault, pointerFile)} to begin anew.`,
  );
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
