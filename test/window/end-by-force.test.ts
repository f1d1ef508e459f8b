import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, it, vi } from 'vitest';

vi.setConfig({ testTimeout: 30_000 });

it('ends at once, and what is to be started next outlives it', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'parley-force-'));
  const mark = join(dir, 'started');
  const file = join(import.meta.dirname, '../../electron/window/end-by-force.ts');
  const next = {
    args: ['-e', `setTimeout(() => require('fs').writeFileSync(${JSON.stringify(mark)}, ''), 300)`],
  };
  const code = `import(${JSON.stringify(file)}).then(({ endByForce }) => endByForce(${JSON.stringify(next)}))`;
  const child = spawn(process.execPath, ['-e', code], { stdio: 'ignore' });
  const signal = await new Promise(resolve => child.once('exit', (_code, by) => resolve(by)));
  expect(signal).toBe('SIGKILL');
  await expect.poll(() => existsSync(mark), { timeout: 10_000 }).toBe(true);
  rmSync(dir, { recursive: true });
});
