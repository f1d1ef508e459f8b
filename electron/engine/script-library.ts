import { readFile, readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';

import { AppError } from '../contract/errors.ts';
import { providerTypeSchema } from '../contract/config.ts';
import { openScriptData } from './script-data.ts';
import type { ScriptData } from './script-data.ts';
import { checkSource } from './script-source.ts';

type ScriptOrigin = 'user' | 'built-in';

export type LibraryScript = {
  type: string;
  origin: ScriptOrigin;
  /** Full path on disk. */
  path: string;
  /** How errors name it. */
  file: string;
  text: string;
};

export type ScriptLibrary = {
  /** The user's script wins over the built-in of the same name, broken or not. Throws unknown_provider, or why it cannot be read. */
  read(type: string): Promise<LibraryScript>;
  /** All types there are, each with where it would be read from. */
  list(): Promise<{ type: string; origin: ScriptOrigin; file: string }[]>;
  /** Whether one of this type comes with the app, used or not. */
  isBuiltIn(type: string): Promise<boolean>;
  /** The JSON files a script may read: beside it, and for one of the user's own also those shipped with the app. */
  openData(origin: ScriptOrigin): ScriptData;
  /** Folder of the user's own scripts. */
  userDir: string;
};

/** Provider scripts on disk: `<data-dir>/providers/<type>.lua`, then the ones shipped with the app. */
export function openScriptLibrary(dirs: {
  userDir: string;
  builtInDir: string;
  /** Only the scripts shipped with the app are read. */
  safe?: boolean;
}): ScriptLibrary {
  const isSafe = dirs.safe === true;
  const allPlaces = [
    { origin: 'user', dir: dirs.userDir },
    { origin: 'built-in', dir: dirs.builtInDir },
  ] as const;
  const places = allPlaces.filter(({ origin }) => !isSafe || origin !== 'user');
  return {
    userDir: dirs.userDir,
    async read(type) {
      checkType(type);
      const alike: string[] = [];
      for (const { origin, dir } of places) {
        const names = await listFolder(dir);
        // Not tried by opening it: where the file system ignores case, OpenAI.lua would stand in for openai.lua.
        if (names.includes(`${type}.lua`)) {
          const path = join(dir, `${type}.lua`);
          return { type, origin, path, file: `providers/${type}.lua`, text: await readScript(path) };
        }
        alike.push(...names.filter(name => name.toLowerCase() === `${type}.lua`.toLowerCase()));
      }
      if (isSafe) throw leftOutInSafeMode(type);
      throw unknownType(type, dirs.userDir, alike[0]?.slice(0, -'.lua'.length));
    },
    async list() {
      const found = new Map<string, { type: string; origin: ScriptOrigin; file: string }>();
      for (const { origin, dir } of places) {
        // Where a folder cannot be read, each backend says so.
        for (const type of typesIn(await listFolder(dir).catch(() => []))) {
          if (!found.has(type)) found.set(type, { type, origin, file: join(dir, `${type}.lua`) });
        }
      }
      return [...found.values()].sort((a, b) => a.type.localeCompare(b.type));
    },
    isBuiltIn: async type => (await listFolder(dirs.builtInDir)).includes(`${type}.lua`),
    openData: origin =>
      openScriptData(origin === 'user' ? [dirs.userDir, dirs.builtInDir] : [dirs.builtInDir]),
  };
}

/** The provider type a dropped file stands for: its name without .lua. Throws script_refused. */
export function typeOfFile(fileName: string): string {
  const name = basename(fileName.replaceAll('\\', '/'));
  if (!name.toLowerCase().endsWith('.lua')) {
    throw new AppError('script_refused', `${name} is not a provider script: its name must end in .lua.`);
  }
  const type = name.slice(0, -'.lua'.length);
  if (!providerTypeSchema.safeParse(type).success) {
    throw new AppError(
      'script_refused',
      `"${name}" cannot be a provider's name: use letters, digits, dots, dashes and underscores.`,
    );
  }
  if (isReserved(type)) {
    throw new AppError(
      'script_refused',
      `"${name}" is a name with another meaning. Give the script another file name.`,
    );
  }
  return type;
}

/** Annotations for editors, Windows' devices, and what JavaScript keeps for itself. */
function isReserved(type: string): boolean {
  return /\.d$|^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)|^__proto__$/i.test(type);
}

function checkType(type: string): void {
  if (providerTypeSchema.safeParse(type).success && !isReserved(type)) return;
  throw new AppError(
    'unknown_provider',
    `"${type}" is not a provider type: it is the script's file name without .lua, with no path in it.`,
  );
}

function leftOutInSafeMode(type: string): AppError {
  return new AppError(
    'unknown_provider',
    `Safe mode loads no scripts of your own, so there is no provider named "${type}". Start Parley without --safe to use it.`,
  );
}

function unknownType(type: string, userDir: string, alike: string | undefined): AppError {
  const wayOut =
    alike === undefined
      ? `Put ${type}.lua into ${userDir}, or use one of the built-in types (parley providers list).`
      : `Did you mean ${alike}?`;
  return new AppError('unknown_provider', `There is no provider script named "${type}". ${wayOut}`);
}

function typesIn(names: readonly string[]): string[] {
  return names
    .filter(name => name.endsWith('.lua'))
    .map(name => name.slice(0, -'.lua'.length))
    .filter(type => providerTypeSchema.safeParse(type).success && !isReserved(type));
}

/** Empty where there is no such folder. */
async function listFolder(dir: string): Promise<string[]> {
  try {
    return await readdir(dir);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw unreadable(dir, error);
  }
}

async function readScript(path: string): Promise<string> {
  try {
    // Anything else may never end, as a pipe does.
    if (!(await stat(path)).isFile()) throw new Error('not a file');
    const bytes = await readFile(path);
    if (/^(?:fffe|feff)/.test(bytes.toString('hex', 0, 2))) throw new Error('not UTF-8, save it as UTF-8');
    const text = bytes.toString('utf8');
    checkSource(text, path);
    return text;
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw unreadable(path, error);
  }
}

/** An error, never a fall-back to the next place. */
function unreadable(path: string, cause: unknown): AppError {
  const reason = codeOf(cause) ?? (cause instanceof Error ? cause.message : 'unreadable');
  return new AppError(
    'script_error',
    `${path} could not be read (${reason}). Check that it is there and that you may read it.`,
    { cause },
  );
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
