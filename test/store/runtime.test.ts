import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { build } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
let directory: string;

// The way the app is bundled: CommonJS, better-sqlite3 from outside.
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'parley-bundle-'));
  symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'), 'junction');
  await build({
    configFile: false,
    root,
    logLevel: 'error',
    build: {
      ssr: 'electron/store/open-store.ts',
      target: 'node18',
      outDir: directory,
      emptyOutDir: false,
      rolldownOptions: {
        external: ['better-sqlite3'],
        output: { format: 'cjs', entryFileNames: 'store.cjs' },
      },
    },
  });
  writeFileSync(
    join(directory, 'use-store.cjs'),
    `const { openStore } = require('./store.cjs');
    const loaded = () => Object.keys(require.cache).some(name => name.endsWith('.node'));
    const before = loaded();
    try {
      const store = openStore({ file: require('node:path').join(__dirname, 'parley.db') });
      store.chats.create({ model: null });
      console.log(JSON.stringify({ before, chats: store.chats.list().length }));
      store.close();
    } catch (error) {
      console.log(JSON.stringify({ before, after: loaded(), code: error.code, message: error.message }));
    }`,
  );
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

function runBundle(versions: Record<string, string>): unknown {
  const preload = join(directory, 'versions.cjs');
  const pretended = { ...process.versions, ...versions };
  writeFileSync(
    preload,
    `Object.defineProperty(process, 'versions', { value: ${JSON.stringify(pretended)} });`,
  );
  const output = execFileSync(process.execPath, ['-r', preload, join(directory, 'use-store.cjs')], {
    encoding: 'utf8',
  });
  return JSON.parse(output);
}

test('the store works bundled as CommonJS, and loads SQLite only when it is opened', () => {
  expect(runBundle({})).toEqual({ before: false, chats: 1 });
});

test('on a Node that is too old it says so, and does not load what would end the process', () => {
  expect(runBundle({ napi: '9', node: '20.20.2' })).toEqual({
    before: false,
    after: false,
    code: 'unsupported_runtime',
    message:
      'Parley needs Node 22.14 or newer, and this is Node 20.20.2. Install a newer Node from https://nodejs.org and start again.',
  });
});

test("Electron's own count of Node-API is left to Electron", () => {
  expect(runBundle({ napi: '8', electron: '25.0.0' })).toMatchObject({ chats: expect.any(Number) });
});
