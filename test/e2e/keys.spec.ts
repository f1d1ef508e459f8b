import { expect } from '@playwright/test';

import { ask, send, test } from './parley-server.ts';

test('keys do what they say', async ({ page, server, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto(server.ui);
  const answer = await ask(page, 'I am unhappy.');
  const chat = page.url();

  await page.keyboard.press('Control+Shift+C');
  await expect(page.getByText('Copied the last answer.')).toBeVisible();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied.length).toBeGreaterThan(0);
  expect(answer).toContain(copied.split('\n')[0]);

  await page.keyboard.press('Alt+r');
  await expect(page.getByRole('article')).toContainText('2/2');
  await expect(page.getByRole('article')).toHaveAttribute('aria-busy', 'false');

  await page.keyboard.press('Control+b');
  await expect(page.getByRole('complementary', { name: 'Chat list' })).toBeHidden();
  await page.keyboard.press('Control+b');
  await expect(page.getByRole('complementary', { name: 'Chat list' })).toBeVisible();

  await page.getByRole('button', { name: 'Regenerate' }).focus();
  await page.keyboard.press('Control+i');
  await expect(page.getByRole('textbox', { name: 'Message' })).toBeFocused();

  // In a tab these are Alt: Ctrl+N and Ctrl+1 are the browser's own.
  await page.keyboard.press('Alt+n');
  await expect(page).toHaveURL(/#\/chat$/);
  await page.keyboard.press('Alt+1');
  await expect(page).toHaveURL(chat);

  await page.keyboard.press('Control+Shift+L');
  await expect(page.getByRole('dialog', { name: 'Choose a model' })).toBeVisible();
  await page.keyboard.press('Escape');

  await page.keyboard.press('Control+/');
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toContainText('Ctrl+Shift+L');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await page.keyboard.press('Control+,');
  await expect(page.getByRole('tab', { name: 'Keyboard' })).toBeVisible();
});

test('Escape stops the answer, but only closes what lies above it', async ({ page, server }) => {
  await page.goto(server.ui);
  await send(page, 'Tell me a long story.');
  const answer = page.getByRole('article');
  await expect.poll(async () => (await answer.innerText()).length).toBeGreaterThan(40);
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect(answer).toHaveAttribute('aria-busy', 'true');
  await page.keyboard.press('Escape');
  await expect(answer).toContainText('Stopped.');
});

test('a key can be changed, a conflict is named, and all can be reset', async ({ page, server }) => {
  await page.goto(`${server.ui}#/settings/keyboard`);
  const row = (name: string) => page.getByRole('button', { name: `Change the key for: ${name}` });
  await row('Show or hide the chats').click();
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('alert')).toContainText('Ctrl+K is the key for “Search and commands”.');
  await page.getByRole('button', { name: 'Leave it' }).click();
  await expect(row('Show or hide the chats')).toHaveText('Ctrl+B');

  await row('Show or hide the chats').click();
  await page.keyboard.press('Alt+y');
  await expect(row('Show or hide the chats')).toHaveText('Alt+Y');
  await page.reload();
  await page.getByRole('link', { name: 'Chat', exact: true }).click();
  const list = page.getByRole('complementary', { name: 'Chat list' });
  await expect(list).toBeVisible();
  await page.keyboard.press('Control+b');
  await expect(list).toBeVisible();
  await page.keyboard.press('Alt+y');
  await expect(list).toBeHidden();

  await page.keyboard.press('Control+,');
  await page.getByRole('tab', { name: 'Keyboard' }).click();
  await row('Settings').click();
  await page.keyboard.press('Alt+y');
  await page.getByRole('button', { name: 'Use it here' }).click();
  await expect(row('Show or hide the chats')).toHaveText('No key');
  await page.getByRole('button', { name: 'Reset all keys' }).click();
  await expect(row('Show or hide the chats')).toHaveText('Ctrl+B');
});
