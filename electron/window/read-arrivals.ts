import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';

import { maxScriptLength, parseDeepLink } from '../contract/deep-link.ts';
import type { Arrival } from '../contract/desktop-calls.ts';

/** Links and scripts a start brought along, as the page takes them. */
export function readArrivals({ links, scripts }: { links: string[]; scripts: string[] }): Arrival[] {
  return [...links.map(parseDeepLink), ...scripts.map(readScript)];
}

/** A script somebody opened with Parley. It is read, and reviewed by the person before anything else. */
export function readScript(path: string): Arrival {
  try {
    const info = statSync(path);
    if (!info.isFile()) return { type: 'refused', reason: 'no_file' };
    if (info.size > maxScriptLength) return { type: 'refused', reason: 'too_large' };
    return { type: 'import_source', file_name: basename(path), source: readFileSync(path, 'utf8') };
  } catch {
    return { type: 'refused', reason: 'no_file' };
  }
}
