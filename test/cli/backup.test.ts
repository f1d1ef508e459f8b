import { existsSync, readFileSync, writeFileSync } from 'node:fs';
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
