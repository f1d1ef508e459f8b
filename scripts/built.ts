import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
/** Written by the build when all of it is done; its time is compared with the sources'. */
export const buildMark = join(root, 'dist/built');
const sources = [
  'electron',
  'renderer',
  'scripts/build.ts',
  'vite.config.ts',
  'vite.electron.config.ts',
  'package-lock.json',
];

/** Whether dist/ is there and nothing it is made from is newer. */
export function isBuilt(): boolean {
  const built = modifiedAt(buildMark);
  return built !== undefined && sources.every(source => !hasNewer(join(root, source), built));
}

/** A folder counts too: its own time changes when a file in it goes or comes. */
function hasNewer(path: string, than: number): boolean {
  const stats = statSync(path);
  if (stats.mtimeMs > than) return true;
  return stats.isDirectory() && readdirSync(path).some(name => hasNewer(join(path, name), than));
}

function modifiedAt(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs;
}
