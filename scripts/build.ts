import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { build, createBuilder } from 'vite';

import { buildMark } from './built.ts';

process.chdir(join(import.meta.dirname, '..'));
const started = performance.now();

try {
  await rm('dist', { recursive: true, force: true });
  await Promise.all([
    // The page comes from the disk: a large file costs no download worth a warning.
    build({ configFile: 'vite.config.ts', logLevel: 'warn', build: { chunkSizeWarningLimit: 2000 } }),
    createBuilder({ configFile: 'vite.electron.config.ts' }).then(builder => builder.buildApp()),
  ]);
  // Last, because `npm start` builds again where this is missing or older than a source.
  await writeFile(buildMark, '');
  console.log(`Built dist/ in ${((performance.now() - started) / 1000).toFixed(1)} s.`);
} catch (error) {
  // The stack would be the bundler's; its message names file and line.
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
