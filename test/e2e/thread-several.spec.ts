import { expect } from '@playwright/test';
import type { Page } from '@playwright/test';

import { pick, sendText, test } from './scripted-models.ts';

async function addModel(page: Page, model: string): Promise<void> {
  await page.getByRole('button', { name: 'Add model' }).click();
  await page.getByRole('combobox', { name: 'Search models' }).fill(`lab/${model}`);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('list', { name: 'Also asked' })).toContainText(model);
}

test('several models answer side by side, and the chosen one continues the thread', async ({
  page,
  server,
  lab,
}) => {
  await page.goto(server.ui);
  await pick(page, 'fast');
  await addModel(page, 'slow');
  await addModel(page, 'broken');
  await addModel(page, 'nokey');
  await expect(page.getByRole('button', { name: 'Add model' })).toBeHidden();
  await sendText(page, 'Who are you?');
  const answers = page.getByRole('article');
  await expect(answers).toHaveCount(4);
  const slow = page.getByRole('article', { name: 'Answer from lab/slow' });
  const fast = page.getByRole('article', { name: 'Answer from lab/fast' });
  await expect(fast).toContainText('You said: Who are you?');
  await expect(slow).toHaveAttribute('aria-busy', 'true');
  // In one look: the thread scrolls while it grows.
  const [left, right] = await answers.evaluateAll(all =>
    all.map(one => one.getBoundingClientRect().toJSON()),
  );
  expect(left.y).toBe(right.y);
  expect(left.x).toBeLessThan(right.x);

  await slow.getByRole('button', { name: 'Stop slow' }).click();
  await expect(slow).toContainText('Stopped.');
  await page.reload();
  await expect(answers).toHaveCount(4);
  await expect(fast).toContainText('Continues the thread');
  await slow.getByRole('button', { name: 'Continue with this one' }).click();
  await expect(slow).toContainText('Continues the thread');

  await pick(page, 'fast');
  await sendText(page, 'Go on');
  await expect(page.getByText('You said: Go on')).toBeVisible();
  const asked = lab.asks.at(-1)?.messages.map(({ content }) => String(content));
  expect(asked).toHaveLength(3);
  expect(asked?.[1]).toContain('word1');
  // The thread has gone on: only the chosen one stands there, the others one click away.
  await expect(answers).toHaveCount(2);
  await page.getByRole('button', { name: 'Show all 4 answers side by side' }).click();
  await expect(answers).toHaveCount(5);
});

test('stacked where there is no room', async ({ page, server, lab }) => {
  await page.setViewportSize({ width: 500, height: 800 });
  await page.goto(server.ui);
  await pick(page, 'fast');
  await addModel(page, 'cut');
  await sendText(page, 'Hello');
  const fast = page.getByRole('article', { name: 'Answer from lab/fast' });
  const cut = page.getByRole('article', { name: 'Answer from lab/cut' });
  await expect(fast).toHaveAttribute('aria-busy', 'false');
  await expect(cut).toContainText('first half');
  const [above, below] = [await fast.boundingBox(), await cut.boundingBox()];
  expect(above?.x).toBe(below?.x);
  expect((above?.y ?? 0) + (above?.height ?? 0)).toBeLessThanOrEqual(below?.y ?? 0);
  expect(lab.asks).toHaveLength(2);
  await cut.getByRole('button', { name: 'Continue', exact: true }).click();
  await expect(cut).toContainText('first half and the second half of it.');
  await expect(page.getByRole('article')).toHaveCount(2);
  await sendText(page, 'More');
  await expect(page.getByText('You said: More')).toBeVisible();
});
