import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { expect } from '@playwright/test';

import { root, send, test } from './parley-app.ts';

const unpacked = {
  linux: 'linux-unpacked/parley',
  win32: 'win-unpacked/Parley.exe',
  darwin: `${process.arch === 'arm64' ? 'mac-arm64' : 'mac'}/Parley.app/Contents/MacOS/Parley`,
};

test('the packaged app starts and answers', async ({ launch }) => {
  test.setTimeout(180_000);
  execFileSync(process.execPath, ['scripts/package.ts'], { cwd: root, stdio: 'pipe' });
  const executable = join(root, 'release', unpacked[process.platform as keyof typeof unpacked]);
  expect(existsSync(executable)).toBe(true);
  const { app, page } = await launch({ executable });
  expect(await app.evaluate(({ app }) => app.isPackaged)).toBe(true);
  await send(page, 'Men are all alike.');
  await expect(page.getByRole('article')).toContainText('In what way');
});
