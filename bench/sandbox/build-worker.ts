import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createBuilder } from 'vite';

/** Builds the worker as `npm run build` does, into a folder of its own. */
export async function buildWorker(): Promise<{ file: string; dir: string }> {
  const dir = await mkdtemp(join(tmpdir(), 'parley-bench-'));
  const builder = await createBuilder({
    configFile: join(import.meta.dirname, '../../vite.electron.config.ts'),
    environments: { worker: { build: { outDir: dir } } },
    logLevel: 'error',
  });
  const { worker } = builder.environments;
  if (worker === undefined) throw new Error('vite.electron.config.ts builds no worker any more');
  await builder.build(worker);
  return { file: join(dir, 'script-worker.cjs'), dir };
}
