import { readFile, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';

import { AppError } from '../contract/errors.ts';
import { providerTypeSchema } from '../contract/config.ts';

export type LibraryScript = {
  type: string;
  origin: 'user' | 'built-in';
  /** Full path on disk. */
  path: string;
  /** How errors name it. */
  file: string;
  text: string;
};

export type ScriptLibrary = {
  /** The user's script wins over the built-in of the same name, broken or not. Throws script_missing or unknown_provider. */
  read(type: string): Promise<LibraryScript>;
  /** All types there are, each with where it would be read from. */
  list(): Promise<{ type: string; origin: 'user' | 'built-in'; file: string }[]>;
  /** Folder of the user's own scripts. */
  userDir: string;
};

/** Provider scripts on disk: `<data-dir>/providers/<type>.lua`, then the ones shipped with the app. */
export function openScriptLibrary(dirs: { userDir: string; builtInDir: string }): ScriptLibrary {
  const places = [
    { origin: 'user', dir: dirs.userDir },
    { origin: 'built-in', dir: dirs.builtInDir },
  ] as const;
  return {
    userDir: dirs.userDir,
    async read(type) {
      checkType(type);
      for (const { origin, dir } of places) {
        const path = join(dir, `${type}.lua`);
        const text = await readIfThere(path);
        if (text !== undefined) return { type, origin, path, file: `providers/${type}.lua`, text };
      }
      throw new AppError(
        'unknown_provider',
        `There is no provider script named "${type}". Put ${type}.lua into ${dirs.userDir}, or use one of the built-in types (parley providers list).`,
      );
    },
    async list() {
      const found = new Map<string, { type: string; origin: 'user' | 'built-in'; file: string }>();
      for (const { origin, dir } of places) {
        for (const type of await listTypes(dir)) {
          if (!found.has(type)) found.set(type, { type, origin, file: join(dir, `${type}.lua`) });
        }
      }
      return [...found.values()].sort((a, b) => a.type.localeCompare(b.type));
    },
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
  return type;
}

function checkType(type: string): void {
  if (providerTypeSchema.safeParse(type).success && type !== 'provider.d') return;
  throw new AppError(
    'unknown_provider',
    `"${type}" is not a provider type: it is the script's file name without .lua, with no path in it.`,
  );
}

async function listTypes(dir: string): Promise<string[]> {
  const names = await readdir(dir).catch(() => []);
  return names
    .filter(name => name.endsWith('.lua') && !name.endsWith('.d.lua'))
    .map(name => name.slice(0, -'.lua'.length))
    .filter(type => providerTypeSchema.safeParse(type).success);
}

/** undefined only where there is no such file: one that cannot be read is an error, not a fall-back to the next place. */
async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    throw new AppError(
      'script_error',
      `${path} could not be read (${reason}). Check that it is a file you may read.`,
      { cause: error },
    );
  }
}
