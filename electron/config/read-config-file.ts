import { readFile, readlink, realpath, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { TextDecoder } from 'node:util';

/** Text of the file, or why there is none; `mark` is its byte order mark, which is not part of the text. */
export type FileText =
  | { type: 'text'; text: string; mark: string }
  | { type: 'missing' | 'unusable'; message: string };

/** Bytes; what is larger was never written by a person. */
const maxSize = 1024 * 1024;

/** Reads a file a person edits; does not throw. */
export async function readConfigFile(file: string): Promise<FileText> {
  try {
    const info = await stat(file);
    if (info.isDirectory()) return unusable('this is a folder; a file is needed here, move the folder away');
    // A pipe in its place would be read for ever.
    if (!info.isFile()) return unusable('this is not a regular file; a file is needed here');
    if (info.size > maxSize) return unusable('the file is larger than 1 MB, which no configuration is');
    const bytes = await readFile(file);
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return { type: 'text', text, mark: bytes[0] === 0xef && bytes[1] === 0xbb ? '\uFEFF' : '' };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT')
      return { type: 'missing', message: 'the file is gone; saving a setting writes it again' };
    if (code === 'EACCES' || code === 'EPERM')
      return unusable('the file cannot be read; give yourself permission to');
    if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA')
      return unusable('the file is not UTF-8 text; save it as UTF-8');
    return unusable(`the file cannot be read (${String(code)})`);
  }
}

/** The file itself when the path is a symbolic link, also when nothing is there yet. */
export async function followLink(file: string): Promise<string> {
  try {
    return await realpath(file);
  } catch {
    const link = await readlink(file).catch(() => null);
    return link === null ? file : resolve(dirname(file), link);
  }
}

function unusable(message: string): FileText {
  return { type: 'unusable', message };
}
