/// <reference lib="dom" />
import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { AxeBuilder } from '@axe-core/playwright';
import { expect } from '@playwright/test';

import { test } from './parley-server.ts';

test('problems are shown without keys, are copied as text, and a script with a key is named before an export', async ({
  page,
  server,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const logs = join(server.dataDir, 'logs');
  mkdirSync(logs, { recursive: true });
  const crash = {
    at: '2026-11-20T10:00:00.000Z',
    kind: 'main',
    message: 'TypeError: x',
    stack: 'at f (a.js:1:2)',
    version: '0.1.0',
  };
  appendFileSync(join(logs, 'crashes.jsonl'), `${JSON.stringify(crash)}\nnot json\n`);
  appendFileSync(
    join(logs, 'parley.log'),
    '2026-11-20T10:00:00.000Z error http_error: sk-proj-abcdefghijklmnop1234\n',
  );
  await page.goto(server.ui);
  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('tab', { name: 'About' }).click();
  await expect(page.getByText('Only the installed app looks for newer versions.')).toBeVisible();
  const row = page.getByRole('list', { name: 'Crashes' }).getByRole('listitem');
  await expect(row).toHaveText(/Parley: TypeError: x.*version 0\.1\.0/s);
  await page.getByText('The last line of the log').click();
  await expect(page.getByLabel('Log', { exact: true })).toContainText('http_error: [key]');
  await expect(page.getByRole('button', { name: 'Open the folder' })).toHaveCount(0);
  await page.getByRole('button', { name: 'Copy all of this' }).click();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toContain('at f (a.js:1:2)');
  expect(copied).not.toContain('abcdefghijklmnop');
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);

  appendFileSync(join(server.dataDir, 'providers', 'mine.lua'), 'return { api_key = "literal-key-1" }');
  await page.getByRole('tab', { name: 'Backup' }).click();
  await expect(page.getByText('A key stands in mine.lua itself, so this is left out.')).toBeVisible();
  await page.getByLabel('With keys, under a passphrase').check();
  await expect(page.getByText('A key stands in mine.lua itself: sealed')).toBeVisible();
});
