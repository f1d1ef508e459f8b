import { readFile, stat } from 'node:fs/promises';
import { extname, isAbsolute, join } from 'node:path';

import { AppError } from '../contract/errors.ts';
import { hashOf } from './script-source.ts';

/** What one script reads with load_models, and nothing else of the disk. */
export type ScriptData = {
  /** Text of a JSON file. Throws script_result. */
  read(path: string): Promise<string>;
  /** Whether every file reads as it did the first time. */
  isCurrent(): Promise<boolean>;
};

const maxBytes = 8 * 1024 * 1024;

/** Files are looked for in each folder in turn. */
export function openScriptData(dirs: readonly string[]): ScriptData {
  /** Hash of each file's text when it was first read; null where there was none. */
  const seen = new Map<string, string | null>();
  return {
    async read(path) {
      checkPath(path);
      const text = await readFirst(dirs, path);
      if (!seen.has(path)) seen.set(path, text === undefined ? null : hashOf(text));
      if (text !== undefined) return text;
      throw new AppError('script_result', 'there is no such file beside the script');
    },
    async isCurrent() {
      const same = [...seen].map(async ([path, hash]) => {
        const text = await readFirst(dirs, path).catch(() => undefined);
        return hash === (text === undefined ? null : hashOf(text));
      });
      return (await Promise.all(same)).every(Boolean);
    },
  };
}

/** Relative, downwards, JSON; hidden files are Parley's own (grants, and what other scripts look like). */
export function checkPath(path: string): void {
  const steps = path.split(/[/\\]/);
  const isHidden = steps.some(step => step.startsWith('.') && step !== '.');
  if (!isAbsolute(path) && !isHidden && extname(path) === '.json') return;
  throw new AppError('script_result', 'only a .json file beside the script can be read');
}

async function readFirst(dirs: readonly string[], path: string): Promise<string | undefined> {
  for (const dir of dirs) {
    const file = join(dir, path);
    const info = await stat(file).catch(() => undefined);
    if (!info) continue;
    if (!info.isFile() || info.size > maxBytes) {
      throw new AppError('script_result', 'it is no file of at most 8 MB');
    }
    const text = await readFile(file, 'utf8').catch((cause: unknown) => {
      throw new AppError('script_result', 'it cannot be read', { cause });
    });
    return text.replace(/^\uFEFF/, '');
  }
  return undefined;
}
