import { expect } from '@playwright/test';

import { ask, readLedger, send, test } from './parley-server.ts';

test('an answer streams in, and is still there after a reload', async ({ page, server }) => {
  await page.goto(server.ui);
  await send(page, 'Tell me a long story.');
  const answer = page.getByRole('article');
  await expect(answer).toHaveAttribute('aria-busy', 'true');
  await expect(page.getByRole('button', { name: 'Stop' })).toBeVisible();
  for (let length = 0, grown = 0; grown < 3; grown++) {
    await expect.poll(async () => (await answer.innerText()).length).toBeGreaterThan(length);
    length = (await answer.innerText()).length;
    expect(await answer.getAttribute('aria-busy')).toBe('true');
  }
  await expect(answer).toHaveAttribute('aria-busy', 'false', { timeout: 30_000 });
  await expect(page.getByRole('button', { name: 'Send' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Stop' })).toBeHidden();
  const paragraphs = await answer.locator('p').allInnerTexts();
  expect(paragraphs.length).toBeGreaterThan(3);

  await page.reload();
  await expect(page.getByRole('article')).toHaveAttribute('aria-busy', 'false');
  expect(await page.getByRole('article').locator('p').allInnerTexts()).toEqual(paragraphs);
  await expect(page.getByRole('list', { name: 'Chats' }).getByRole('listitem')).toHaveCount(1);
  expect(readLedger(server.dataDir)).toMatchObject([{ client: 'chat', backend: 'eliza', status: 'ok' }]);
});

test('a stopped answer keeps its text and says so', async ({ page, server }) => {
  await page.goto(server.ui);
  await send(page, 'Tell me a long story.');
  const answer = page.getByRole('article');
  await expect.poll(async () => (await answer.innerText()).length).toBeGreaterThan(80);
  await page.getByRole('button', { name: 'Stop' }).click();
  await expect(answer).toHaveAttribute('aria-busy', 'false');
  await expect(answer).toContainText('Stopped.');
  const text = await answer.locator('p').allInnerTexts();
  await page.reload();
  await expect(page.getByRole('article')).toContainText('Stopped.');
  expect(await page.getByRole('article').locator('p').allInnerTexts()).toEqual(text);
  await expect.poll(() => readLedger(server.dataDir)).toMatchObject([{ status: 'cancelled' }]);
});

test('regenerate gives a second version beside the first', async ({ page, server }) => {
  await page.goto(server.ui);
  await ask(page, 'I am unhappy.');
  await page.getByRole('button', { name: 'Regenerate' }).click();
  const answer = page.getByRole('article');
  await expect(answer).toContainText('2/2');
  await expect(answer).toHaveAttribute('aria-busy', 'false');
  await page.getByRole('button', { name: 'Earlier version' }).click();
  await expect(answer).toContainText('1/2');
  await page.reload();
  await expect(page.getByRole('article')).toContainText('1/2');
  expect(readLedger(server.dataDir)).toHaveLength(2);
});

test('a chat can be started, renamed, deleted and brought back', async ({ page, server }) => {
  await page.goto(server.ui);
  const chats = page.getByRole('list', { name: 'Chats' });
  await ask(page, 'I need some help.');
  await page.getByRole('button', { name: 'New chat' }).click();
  await expect(page.getByRole('article')).toHaveCount(0);
  await ask(page, 'My mother takes care of me.');
  await expect(chats.getByRole('listitem')).toHaveCount(2);

  await chats.getByRole('listitem').first().hover();
  await chats
    .getByRole('button', { name: /^Options for/ })
    .first()
    .click();
  await page.getByRole('menuitem', { name: 'Rename' }).click();
  await page.getByRole('textbox', { name: 'Title' }).fill('Family');
  await page.getByRole('dialog').getByRole('button', { name: 'Rename' }).click();
  await expect(chats.getByRole('link', { name: 'Family' })).toBeVisible();

  await chats.getByRole('listitem').filter({ hasText: 'Family' }).hover();
  await chats.getByRole('button', { name: 'Options for Family' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await expect(chats.getByRole('listitem')).toHaveCount(1);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(chats.getByRole('link', { name: 'Family' })).toBeVisible();
  await chats.getByRole('link', { name: 'Family' }).click();
  await expect(page.getByRole('article')).toHaveCount(1);
});

test('the keyboard alone is enough to chat', async ({ page, server }) => {
  await page.goto(server.ui);
  await page.getByRole('textbox', { name: 'Message' }).focus();
  await page.keyboard.type('Hello.');
  await page.keyboard.press('Shift+Enter');
  await page.keyboard.type('Is anybody there?');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('article')).toHaveAttribute('aria-busy', 'false');
  await expect(page.getByRole('textbox', { name: 'Message' })).toBeFocused();
});

test('an answer goes on in the core when the page is closed', async ({ page, context, server }) => {
  await page.goto(server.ui);
  await send(page, 'Tell me a long story.');
  await expect(page.getByRole('article')).toHaveAttribute('aria-busy', 'true');
  const address = page.url();
  await page.close();
  const statuses = (): unknown[] => readLedger(server.dataDir).map(({ status }) => status);
  await expect.poll(statuses, { timeout: 30_000 }).toEqual(['ok']);
  const again = await context.newPage();
  await again.goto(address);
  await expect(again.getByRole('article')).toHaveAttribute('aria-busy', 'false');
  expect(await again.getByRole('article').locator('p').count()).toBeGreaterThan(3);
});

test('a message sent before the models are known goes out once they are', async ({ page, server }) => {
  await page.route('**/ui/call/models.list', async route => {
    await new Promise(resolve => setTimeout(resolve, 1_500));
    await route.continue();
  });
  await page.goto(server.ui);
  await page.getByRole('textbox', { name: 'Message' }).fill('Hello, I am early.');
  await page.getByRole('button', { name: 'Send' }).click();
  await expect(page.getByText('goes out as soon as the models are known')).toBeVisible();
  await expect(page.getByRole('article')).toHaveAttribute('aria-busy', 'false', { timeout: 30_000 });
  await expect(page.getByRole('textbox', { name: 'Message' })).toHaveValue('');
  await expect(page.getByRole('article')).toHaveCount(1);
});
