import { createHash } from 'node:crypto';

import { AppError } from '../contract/errors.ts';

/** Longest script, in characters; the longest one that is shipped has 7 000. */
const maxLength = 1_000_000;

export function hashOf(source: string): string {
  return createHash('sha256').update(source).digest('hex');
}

/** Throws script_refused for what cannot be a script that somebody wrote. */
export function checkSource(source: string, file: string): void {
  if (source.length <= maxLength) return;
  throw new AppError(
    'script_refused',
    `${file} is larger than 1 MB, which no provider script is. Is it the right file?`,
  );
}

/** The text as Lua's own loader takes it: without a byte order mark or a first line that begins with #. Lines keep their numbers. */
export function toLuaText(source: string): string {
  const text = source.startsWith('\uFEFF') ? source.slice(1) : source;
  return text.startsWith('#') ? `--${text}` : text;
}
