/// <reference lib="dom" />
import { expect } from '@playwright/test';

import { ask, test } from './parley-server.ts';

test('every page opens from the navigation', async ({ page, server }) => {
  await page.goto(server.ui);
  for (const name of ['Providers', 'Gateway', 'Usage', 'Settings', 'Chat']) {
    await page.getByRole('navigation').getByRole('link', { name }).click();
    await expect(page.getByRole('navigation').getByRole('link', { name })).toHaveAttribute(
      'aria-current',
      'page',
    );
  }
});

test('the ledger shows each call with its tokens', async ({ page, server }) => {
  await page.goto(server.ui);
  await ask(page, 'I am sad.');
  await page.getByRole('navigation').getByRole('link', { name: 'Usage' }).click();
  const row = page.getByRole('table').getByRole('row').nth(1);
  await expect(row).toContainText('chat');
  await expect(row).toContainText('eliza');
  await expect(row.getByRole('cell').nth(4)).toHaveText('ok');
  await expect(row.getByRole('cell').nth(5)).toHaveText(/^\d+$/);
  await expect(row.getByRole('cell').nth(6)).toHaveText(/^[1-9]\d*$/);
});

test('the test button says whether a backend works', async ({ page, server }) => {
  await page.goto(server.ui);
  await page.getByRole('navigation').getByRole('link', { name: 'Providers' }).click();
  const eliza = page.getByRole('listitem', { name: 'eliza' });
  await eliza.getByRole('button', { name: 'Test' }).click();
  await expect(eliza.getByRole('status')).toContainText('Works');
  await expect(eliza).toContainText('not needed');
});

test('the theme can be chosen, and is kept', async ({ page, server }) => {
  await page.emulateMedia({ colorScheme: 'light' });
  await page.goto(server.ui);
  const background = (): Promise<string> =>
    page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await background();
  await page.getByRole('navigation').getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('tab', { name: 'Appearance' }).click();
  await page.getByRole('radio', { name: 'Dark' }).check();
  await expect.poll(background).not.toBe(light);
  const dark = await background();
  await page.reload();
  expect(await background()).toBe(dark);
  await page.getByRole('radio', { name: 'As the system' }).check();
  await expect.poll(background).toBe(light);
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect.poll(background).toBe(dark);
});

test('nothing is cut off in a small window', async ({ page, server }) => {
  await page.setViewportSize({ width: 800, height: 600 });
  await page.goto(server.ui);
  for (const name of ['Chat', 'Providers', 'Gateway', 'Usage', 'Settings']) {
    await page.getByRole('navigation').getByRole('link', { name }).click();
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow, name).toBeLessThanOrEqual(0);
  }
  await page.getByRole('navigation').getByRole('link', { name: 'Chat' }).click();
  await expect(page.getByRole('button', { name: 'Send' })).toBeInViewport({ ratio: 1 });
});
