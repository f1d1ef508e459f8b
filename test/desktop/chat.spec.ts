import { existsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import { expect } from '@playwright/test';

import { dropFile, openPage, quit, send, test } from './parley-app.ts';

test('a chat with eliza works, and is in the ledger', async ({ launch }) => {
  const { page } = await launch();
  await send(page, 'Men are all alike.');
  const answer = page.getByRole('article');
  await expect(answer).toHaveAttribute('aria-busy', 'false');
  await expect(answer).toContainText('In what way');
  await openPage(page, 'Usage');
  await expect(page.getByRole('table').getByRole('row').nth(1).getByRole('cell').nth(4)).toHaveText('ok');
});

test('a kill in the middle of an answer keeps what had arrived', async ({ launch }) => {
  const first = await launch();
  await send(first.page, 'Tell me a long story.');
  const paragraph = first.page.getByRole('article').locator('p').nth(1);
  await expect.poll(async () => (await paragraph.innerText()).length).toBeGreaterThan(60);
  const seen = await paragraph.innerText();
  // What is on the screen now must be on the disk after 250 ms.
  await first.page.waitForTimeout(300);
  const ended = new Promise(resolve => first.app.process().once('exit', resolve));
  first.app.process().kill('SIGKILL');
  await ended;

  const { page } = await launch();
  await page.getByRole('list', { name: 'Chats' }).getByRole('link').click();
  const answer = page.getByRole('article');
  await expect(answer).toContainText('Interrupted');
  await expect(answer).toHaveAttribute('aria-busy', 'false');
  const kept = await answer.locator('p').nth(1).innerText();
  expect(kept.slice(0, seen.length)).toBe(seen);
  await openPage(page, 'Usage');
  await expect(page.getByRole('table').getByRole('row').nth(1).getByRole('cell').nth(4)).toContainText(
    'interrupted',
  );
});

test('quitting in the middle of an answer ends cleanly and keeps it', async ({ launch, dataDir }) => {
  const first = await launch();
  await send(first.page, 'Tell me a long story.');
  const paragraph = first.page.getByRole('article').locator('p').nth(1);
  await expect.poll(async () => (await paragraph.innerText()).length).toBeGreaterThan(60);
  const seen = await paragraph.innerText();
  expect(await quit(first)).toBe(0);
  // SQLite takes its log away when the last connection is closed properly.
  expect(existsSync(join(dataDir, 'parley.db-wal'))).toBe(false);

  const { page } = await launch();
  await page.getByRole('list', { name: 'Chats' }).getByRole('link').click();
  const kept = await page.getByRole('article').locator('p').nth(1).innerText();
  expect(kept.slice(0, seen.length)).toBe(seen);
});

test('a dropped script is imported, a broken one refused with the reason', async ({ launch, dataDir }) => {
  const { page } = await launch();
  await openPage(page, 'Providers');
  const source = `return { protocol = "openai_compat", name = "Local", base_url = "http://127.0.0.1:1",
    completions_endpoint = "/v1/chat/completions", auth_type = "none" }`;
  await dropFile(page, 'local.lua', source);
  await page.getByRole('dialog').getByRole('button', { name: 'Import' }).click();
  await expect(page.getByRole('listitem', { name: 'local' })).toBeVisible();
  expect(existsSync(join(dataDir, 'providers/local.lua'))).toBe(true);

  await dropFile(page, 'broken.lua', 'return { name = ');
  const refusal = page.getByRole('alertdialog', { name: 'broken.lua was refused' });
  await expect(refusal).toContainText('broken.lua:1');
  await refusal.getByRole('button', { name: 'Close' }).click();
  expect(existsSync(join(dataDir, 'providers/broken.lua'))).toBe(false);
});

test('a taken gateway port is said on the page, and the chat works all the same', async ({
  launch,
  dataDir,
}) => {
  const other = createServer().listen(0, '127.0.0.1');
  await new Promise(resolve => other.once('listening', resolve));
  const { port } = other.address() as AddressInfo;
  writeFileSync(join(dataDir, 'parley.yaml'), `gateway: { port: ${port} }\n`);
  const { page } = await launch();
  await openPage(page, 'Gateway');
  await expect(
    page
      .getByRole('alert')
      .filter({ hasText: String(port) })
      .first(),
  ).toBeVisible();
  await openPage(page, 'Chat');
  await send(page, 'Men are all alike.');
  await expect(page.getByRole('article')).toContainText('In what way');
  other.close();
});
