import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { expect } from '@playwright/test';

import { ask, dropFile, test } from './parley-server.ts';

const goodScript = (url: string): string => `return {
  name = "Second Eliza",
  protocol = "openai_compat",
  base_url = "${url}",
  completions_endpoint = "/v1/chat/completions",
  auth_type = "none",
}`;

test('a dropped script is shown for review, imported, and its models can be asked', async ({
  page,
  server,
}) => {
  await page.goto(server.ui);
  await page.getByRole('navigation').getByRole('link', { name: 'Providers' }).click();
  const demo = page.getByRole('listitem', { name: 'eliza' });
  const url = /http:\/\/[\w.:]+/.exec(await demo.innerText())?.[0] ?? '';
  await dropFile(page, 'second.lua', goodScript(url));

  const review = page.getByRole('dialog', { name: 'Import second.lua?' });
  await expect(review).toContainText('Second Eliza');
  await expect(review).toContainText(new URL(url).host);
  expect(existsSync(join(server.dataDir, 'providers/second.lua'))).toBe(false);
  await review.getByRole('button', { name: 'Import' }).click();

  const backend = page.getByRole('listitem', { name: 'second' });
  await backend.getByRole('button', { name: 'Test' }).click();
  await expect(backend.getByRole('status')).toContainText('Works');
  expect(existsSync(join(server.dataDir, 'providers/second.lua'))).toBe(true);

  await page.getByRole('navigation').getByRole('link', { name: 'Chat' }).click();
  await page.getByLabel('Model', { exact: true }).click();
  await page.getByRole('option', { name: /eliza/ }).first().click();
  expect(await ask(page, 'Men are all alike.')).toContain('In what way');
});

const refused = {
  'a syntax error': ['broken.lua', 'return { name = '],
  'no table': ['nothing.lua', 'return nil'],
  'a missing field': ['half.lua', 'return { protocol = "openai_compat", base_url = "http://localhost:1" }'],
  'an error of its own': ['crash.lua', 'error("I will not")'],
  'an endless loop': ['endless.lua', 'while true do end'],
} as const;

for (const [what, [file, source]] of Object.entries(refused)) {
  test(`a script with ${what} is refused with the reason, and nothing is written`, async ({
    page,
    server,
  }) => {
    await page.goto(server.ui);
    await dropFile(page, file, source);
    const dialog = page.getByRole('alertdialog', { name: `${file} was refused` });
    await expect(dialog).toContainText(file);
    await expect(dialog).toContainText('Nothing was imported.');
    await dialog.getByRole('button', { name: 'Close' }).click();
    await expect(dialog).toBeHidden();
    expect(existsSync(join(server.dataDir, 'providers', file))).toBe(false);
  });
}

test('a file that is no script is refused by name', async ({ page, server }) => {
  await page.goto(server.ui);
  await page.getByRole('navigation').getByRole('link', { name: 'Providers' }).click();
  await dropFile(page, 'notes.txt', 'hello');
  await expect(page.getByText('notes.txt is not a provider script.')).toBeVisible();
});
