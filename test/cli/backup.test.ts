import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, onTestFinished, test, vi } from 'vitest';

import { makeDataDir, removeDir, runParley } from '../support/start-parley.ts';

// A process takes half a second, and many seconds on a machine that is busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

test('a snapshot is taken, listed, and put back at the next start; safe mode is said', async () => {
  const dataDir = makeDataDir();
  onTestFinished(() => removeDir(dataDir));
  const file = join(dataDir, 'parley.yaml');
  writeFileSync(file, '# before\n');
  const made = await runParley(['backup', 'create', '--json'], { dataDir });
  const { name } = JSON.parse(made.stdout) as { name: string };
  writeFileSync(file, '# after\n');
  expect((await runParley(['backup', 'list'], { dataDir })).stdout).toContain(name);
  const wrong = await runParley(['backup', 'restore', '../..'], { dataDir });
  expect(wrong.code).toBe(1);
  expect(wrong.stderr).toMatch(/There is no snapshot/);
  const asked = await runParley(['backup', 'restore', name], { dataDir });
  expect(asked.stdout).toMatch(/when Parley starts next/);
  expect(readFileSync(file, 'utf8')).toBe('# after\n');
  const doctor = await runParley(['doctor', '--safe'], { dataDir });
  expect(doctor.stdout).toContain('Safe mode: no scripts of your own are loaded.');
  expect(doctor.stderr).toMatch(/Everything is as it was/);
  expect(readFileSync(file, 'utf8')).toBe('# before\n');
  expect(existsSync(join(dataDir, 'parley.running'))).toBe(false);
});

test('everything goes from one data directory to another, keys under a passphrase that is no argument', async () => {
  const [from, to] = [makeDataDir(), makeDataDir()];
  onTestFinished(() => [from, to].forEach(removeDir));
  writeFileSync(
    join(from, 'parley.yaml'),
    'llm: { backends: [{ name: a, type: openai, api_key: sk-plain }] }\n',
  );
  mkdirSync(join(from, 'providers'));
  writeFileSync(join(from, 'providers', 'own.lua'), 'return { api_key = "literal-key" }');
  const file = join(to, 'everything.zip');
  const backup = (dataDir: string, args: string[], more = {}) =>
    runParley(['backup', ...args], { dataDir, ...more });

  const bare = await backup(from, ['export', join(to, 'bare.zip')]);
  expect(bare.stderr).toMatch(/Left out, for a key that stands in them: own\.lua/);
  const short = await backup(from, ['export', file, '--with-keys'], { input: 'short\n' });
  expect([short.code, short.stderr]).toEqual([1, expect.stringMatching(/at least 8 characters/)]);
  expect(existsSync(file)).toBe(false);
  expect((await backup(from, ['export', file, '--with-keys'], { input: 'correct horse\n' })).code).toBe(0);
  for (const zip of [file, join(to, 'bare.zip')]) {
    expect(readFileSync(zip).includes('literal-key')).toBe(false);
  }

  const preview = await backup(to, ['import', file, '--preview', '--json']);
  expect(JSON.parse(preview.stdout)).toMatchObject({ has_keys: true, settings: true, scripts: [] });
  const wish = ['import', file, '--with-keys', '--settings', '--json'];
  const wrong = await backup(to, wish, { env: { PARLEY_PASSPHRASE: 'battery staple' } });
  expect(wrong.stderr).toMatch(/not the passphrase/);
  expect(existsSync(join(to, 'providers', 'own.lua'))).toBe(false);
  const taken = await backup(to, wish, { env: { PARLEY_PASSPHRASE: 'correct horse' } });
  expect(JSON.parse(taken.stdout)).toMatchObject({ settings: true, scripts: 1, chats: { new_chats: 0 } });
  expect(readFileSync(join(to, 'parley.yaml'), 'utf8')).toContain('sk-plain');
  expect(readFileSync(join(to, 'providers', 'own.lua'), 'utf8')).toContain('literal-key');
  const misused = await backup(to, ['list', '--settings']);
  expect(misused.stderr).toMatch(/--settings is not for backup list/);
});
