import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Files the app is shipped with, wherever it runs from: sources, bundle, or a package's asar. */
export type Resources = {
  luaWorkerFile: string;
  queryWorkerFile: string;
  tokenWorkerFile: string;
  wasmFile: string;
  /** Built-in provider scripts. */
  providersDir: string;
  /** The built page. */
  pageDir: string;
  version: string;
};

export function findResources(): Resources {
  // A CommonJS bundle has __dirname, the sources have import.meta.
  const here = typeof __dirname === 'string' ? __dirname : dirname(fileURLToPath(import.meta.url));
  const isBundle = existsSync(join(here, 'script-worker.cjs'));
  const root = isBundle ? join(here, '..', '..') : join(here, '..');
  const load = createRequire(join(root, 'package.json'));
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }; // our own file
  return {
    luaWorkerFile: unpacked(
      isBundle ? join(here, 'script-worker.cjs') : join(here, 'engine/lua/script-worker.ts'),
    ),
    queryWorkerFile: unpacked(
      isBundle ? join(here, 'query-worker.cjs') : join(here, 'store/query-worker.ts'),
    ),
    tokenWorkerFile: unpacked(
      isBundle ? join(here, 'token-worker.cjs') : join(here, 'engine/token-worker.ts'),
    ),
    wasmFile: unpacked(join(dirname(load.resolve('wasmoon')), 'glue.wasm')),
    providersDir: join(root, 'providers'),
    pageDir: join(root, 'dist', 'renderer'),
    version,
  };
}

/** Worker threads and native code cannot be read from inside an asar; the packager puts them beside it. */
function unpacked(path: string): string {
  return path.replace(/\bapp\.asar(?=[\\/])/, 'app.asar.unpacked');
}
