/// <reference lib="dom" />
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect } from '@playwright/test';

import { test } from './parley-app.ts';

test('a page that crashed is written down, and shown once the window is there again', async ({
  dataDir,
  launch,
}) => {
  const first = await launch();
  const file = join(dataDir, 'logs', 'crashes.jsonl');
  expect(existsSync(file)).toBe(false);
  await first.app.evaluate(({ BrowserWindow, dialog }) => {
    // Nobody is here to answer it.
    dialog.showMessageBox = () => Promise.resolve({ response: 0, checkboxChecked: false });
    BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer();
  });
  await expect.poll(() => existsSync(file) && readFileSync(file, 'utf8')).toContain('"kind":"page"');
  await first.app.evaluate(() => {
    process.emit('unhandledRejection', new Error('refused "my secret diary"'), Promise.resolve());
  });
  await expect.poll(() => readFileSync(file, 'utf8')).toContain('"kind":"main"');
  expect(readFileSync(file, 'utf8')).not.toContain('diary');
  await first.app.close();

  const { page } = await launch();
  await page.evaluate(() => (location.hash = '/settings/about'));
  const crashes = page.getByRole('list', { name: 'Crashes' });
  await expect(crashes.getByRole('listitem').filter({ hasText: 'The window' })).toContainText(
    'The page ended',
  );
  await expect(page.getByRole('button', { name: 'Open the folder' })).toBeVisible();
  await expect(page.getByText('Parley runs from its source')).toBeVisible();
});
