import { AxeBuilder } from '@axe-core/playwright';
import { expect } from '@playwright/test';

import { test } from './parley-server.ts';

test('in a browser the desktop’s settings say what is not there, and quick ask works as a page', async ({
  page,
  server,
}) => {
  await page.goto(server.ui);
  await page.getByRole('navigation').getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('tab', { name: 'Desktop' }).click();
  await expect(page.getByRole('tabpanel')).toContainText('This page is for the desktop app');
  await page.getByRole('tab', { name: 'Privacy' }).click();
  await page.getByRole('button', { name: 'Delete everything…' }).click();
  await page.getByLabel('Type delete to confirm').fill('delete');
  await page.getByRole('button', { name: 'Delete at the next start' }).click();
  await expect(page.getByRole('button', { name: 'Keep everything' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Restart Parley now' })).toHaveCount(0);
  await page.getByRole('button', { name: 'Keep everything' }).click();

  const small = await page.context().newPage();
  await small.goto(`${new URL(server.ui).origin}/ui/#/quick-ask`);
  await small.getByRole('textbox', { name: 'Question' }).fill('Men are all alike.');
  await small.getByRole('button', { name: 'Ask' }).click();
  const answer = small.getByRole('article', { name: 'Answer' });
  await expect(answer).toHaveAttribute('aria-busy', 'false');
  await expect(answer).toContainText('In what way');
  expect((await new AxeBuilder({ page: small }).analyze()).violations.map(({ id }) => id)).toEqual([]);
  // Another question begins a chat of its own, and the one before it goes.
  await page.getByRole('navigation').getByRole('link', { name: 'Chat', exact: true }).click();
  const chats = page.getByRole('list', { name: 'Chats' }).getByRole('link');
  await expect(chats).toHaveCount(1);
  await small.getByRole('button', { name: 'New question' }).click();
  await expect(answer).toHaveCount(0);
  await expect(chats).toHaveCount(0);
});
