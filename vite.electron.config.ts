import { builtinModules } from 'node:module';

import { defineConfig } from 'vite';
import type { EnvironmentOptions, Plugin } from 'vite';

/** Native modules find their binaries relative to themselves; electron is there at run time only. */
const external = [
  'electron',
  'better-sqlite3',
  '@napi-rs/keyring',
  ...builtinModules,
  ...builtinModules.map(name => `node:${name}`),
];

/** What Node 18 lacks, on which Electron 25 runs: undici reads the global File as it loads. */
const forNode18 = [
  "globalThis.File ??= require('node:buffer').File;",
  // Its main thread has it from Chromium, its workers do not.
  "globalThis.crypto ??= require('node:crypto').webcrypto;",
  'URL.canParse ??= (...address) => { try { return Boolean(new URL(...address)); } catch { return false; } };',
].join('\n');

/**
 * Loading and reading settings leaves so much alive that V8 would make its nursery sixteen times as large before the first
 * call, and never give that back. `serve` lets it grow once it has started.
 */
const holdMemory = "require('node:v8').setFlagsFromString('--semi-space-growth-factor=1');";

/** Each is a build of its own: a sandboxed preload and a worker outside the asar have to be single files. */
const environments: Record<string, EnvironmentOptions> = {
  main: nodeBuild(
    {
      main: 'electron/main.ts',
      cli: 'electron/cli.ts',
      'without-display': 'electron/commands/without-display.ts',
    },
    forNode18,
  ),
  preload: nodeBuild({ preload: 'electron/preload.ts' }),
  worker: nodeBuild({ 'script-worker': 'electron/engine/lua/script-worker.ts' }),
  query_worker: nodeBuild({ 'query-worker': 'electron/store/query-worker.ts' }),
  token_worker: nodeBuild({ 'token-worker': 'electron/engine/token-worker.ts' }),
};

/** One letter outside Latin-1 anywhere, and V8 keeps all of a file with two bytes for each. */
const asciiOnly: Plugin = {
  name: 'ascii-only',
  // After whatever else writes code, which would write the letters themselves again.
  generateBundle(_options, bundle) {
    for (const chunk of Object.values(bundle))
      if (chunk.type === 'chunk') chunk.code = escapeLetters(chunk.code);
  },
};

function escapeLetters(code: string): string {
  return code.replaceAll(
    /[\u0080-\uffff]/g,
    unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** The Electron side and the command line, as CommonJS: an ES module cannot be the main file of every Electron. */
export default defineConfig({
  publicDir: false,
  logLevel: 'warn',
  plugins: [asciiOnly],
  environments,
  builder: {
    async buildApp(builder) {
      const named = Object.values(builder.environments).filter(({ name }) => name in environments);
      await Promise.all(named.map(environment => builder.build(environment)));
    },
  },
});

function nodeBuild(input: Record<string, string>, intro = ''): EnvironmentOptions {
  return {
    consumer: 'server',
    resolve: { noExternal: true, external, conditions: ['node', 'module', 'default'] },
    build: {
      outDir: 'dist/electron',
      emptyOutDir: false,
      target: 'node18',
      minify: false,
      sourcemap: true,
      rolldownOptions: {
        input,
        external,
        platform: 'node',
        output: {
          format: 'cjs',
          intro: ({ name }) => (name === 'cli' ? `${holdMemory}\n${intro}` : intro),
          entryFileNames: '[name].cjs',
          chunkFileNames: '[name]-[hash].cjs',
        },
      },
    },
  };
}
