import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { parse } from 'yaml';

import { openConfigFile } from '../../electron/config/config-file.ts';
import { addBackend } from '../../electron/config/edit-config.ts';

// A process takes half a second, and many seconds on a machine that is busy.
vi.setConfig({ testTimeout: 120_000 });
const edits = 50;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-writers-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const writer = fileURLToPath(new URL('./config-process.ts', import.meta.url));
const run = (name: string, count: number) =>
  promisify(execFile)(process.execPath, [writer, folder, name, String(count)]);
const names = (): string[] => {
  const text = readFileSync(join(folder, 'parley.yaml'), 'utf8');
  return (parse(text) as { llm: { backends: { name: string }[] } }).llm.backends.map(({ name }) => name);
};

test('several processes that edit the same files at once lose nothing, and leave nothing behind', async () => {
  const writers = ['a', 'b', 'c'];
  await Promise.all(writers.map(name => run(name, edits)));
  const expected = writers.flatMap(name => Array.from({ length: edits }, (_, at) => `${name}-${at + 1}`));
  expect(names().toSorted()).toEqual(expected.toSorted());
  const approved = JSON.parse(readFileSync(join(folder, '.approved.json'), 'utf8')) as object;
  expect(Object.keys(approved).toSorted()).toEqual(expected.toSorted());
  expect(readdirSync(folder).toSorted()).toEqual(['.approved.json', 'parley.yaml']);
});

test('a lock whose process is gone, or that nobody took away, holds nobody up', async () => {
  const file = join(folder, 'parley.yaml');
  const { pid } = await new Promise<{ pid: number }>(resolve => {
    const child = execFile(process.execPath, ['-e', ''], () => resolve({ pid: child.pid ?? 0 }));
  });
  writeFileSync(join(folder, '.parley.yaml.lock'), `${String(pid)} somebody`);
  const config = await openConfigFile({ file, onChange: () => undefined, onProblem: () => undefined });
  const started = performance.now();
  await config.update(document => addBackend(document, { name: 'mine', type: 'ollama' }));
  await config.close();
  expect(performance.now() - started).toBeLessThan(20_000);
  expect(names()).toEqual(['mine']);
  expect(readdirSync(folder)).toEqual(['parley.yaml']);
});
