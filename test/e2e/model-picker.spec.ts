import { expect } from '@playwright/test';
import type { Page } from '@playwright/test';

import { test } from './parley-server.ts';
import { addScriptedBackend } from './scripted-backend.ts';

const trigger = (page: Page) => page.getByLabel('Model', { exact: true });
const filter = (page: Page) => page.getByRole('combobox', { name: 'Filter' });
const options = (page: Page) => page.getByRole('listbox', { name: 'Choose a model' }).getByRole('option');

async function open(page: Page): Promise<void> {
  await expect(trigger(page)).toContainText(/eliza|parrot/i);
  await trigger(page).click();
  await expect(filter(page)).toBeFocused();
}

test('rows show abilities, context, price and the state of the key', async ({ page, server }) => {
  const more =
    '    - { name: groq, type: groq, api_key: "${NO_SUCH_VARIABLE}" }\n  aliases:\n    smart: [parrot/parrot-scholar]\n';
  const upstream = await addScriptedBackend(server, { more });
  await page.goto(server.ui);
  await open(page);
  await expect(options(page).first()).toContainText('smart');
  await expect(options(page).first()).toContainText('asks parrot first');
  const scholar = options(page).filter({ hasText: 'parrot scholar' });
  for (const ability of ['reads images', 'reads PDFs', 'reasons'])
    await expect(scholar.getByRole('img', { name: ability })).toBeVisible();
  await expect(scholar).toContainText('200K');
  await expect(scholar).toContainText('$3 / $15');
  await expect(options(page).filter({ hasText: 'parrot plain' }).getByRole('img')).toHaveCount(0);
  // groq has no key, so its models cannot be listed; that and the way out is said below.
  await expect(page.getByText(/groq has no models:.*NO_SUCH_VARIABLE/)).toBeVisible();
  await page.getByRole('link', { name: 'Open Providers' }).click();
  await expect(page.getByRole('heading', { name: 'Providers' })).toBeVisible();
  await upstream.close();
});

test('a model without a key is shown with the reason and cannot be chosen', async ({ page, server }) => {
  const upstream = await addScriptedBackend(server, {
    more: '    - { name: keyless, type: keyless }\n',
    extra: {
      keyless:
        'return { dialect = "openai_completions", base_url = "http://127.0.0.1:9", models = { { id = "locked", name = "locked one" } } }',
    },
  });
  await page.goto(server.ui);
  await open(page);
  await filter(page).fill('locked');
  await expect(options(page)).toHaveCount(1);
  await expect(options(page)).toContainText('no key');
  await expect(options(page)).toHaveAttribute('aria-disabled', 'true');
  await expect(page.getByText(/keyless cannot be asked:/)).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(filter(page)).toBeVisible();
  await expect(page.getByRole('link', { name: 'Open Providers' })).toBeVisible();
  await upstream.close();
});

test('search forgives gaps, favourites and recent models come first and are remembered', async ({
  page,
  server,
}) => {
  const upstream = await addScriptedBackend(server);
  await page.goto(server.ui);
  await open(page);
  await filter(page).fill('prtschol');
  await expect(options(page)).toHaveText([/parrot scholar/]);
  await page.keyboard.press('Control+D');
  await filter(page).fill('plain');
  await page.keyboard.press('Enter');
  await expect(trigger(page)).toContainText('parrot plain');
  await page.reload();
  await open(page);
  await expect(page.getByText('Favourites')).toBeVisible();
  await expect(page.getByText('Recent')).toBeVisible();
  await expect(options(page).first()).toContainText('parrot scholar');
  await expect(options(page).nth(1)).toContainText('parrot plain');
  await page.keyboard.press('Escape');
  await expect(filter(page)).toHaveCount(0);
  await expect(trigger(page)).toBeFocused();
  await upstream.close();
});

test('a thousand models open at once, scroll, and only those in sight exist', async ({ page, server }) => {
  const entries = Array.from({ length: 1_000 }, (_, index) => `{ id = "parrot-${String(index)}" }`);
  const upstream = await addScriptedBackend(server, { list: `{ ${entries.join(', ')} }` });
  await page.goto(server.ui);
  await open(page);
  await expect(options(page).first()).toBeVisible();
  expect(await options(page).count()).toBeLessThan(60);
  for (let presses = 0; presses < 30; presses += 1) await page.keyboard.press('PageDown');
  const active = page.locator(`[id="${(await filter(page).getAttribute('aria-activedescendant')) ?? ''}"]`);
  await expect(active).toBeInViewport();
  await filter(page).fill('parrot 777');
  await expect(options(page)).toHaveText([/parrot-777/]);
  await page.keyboard.press('Enter');
  await expect(trigger(page)).toContainText('parrot-777');
  await upstream.close();
});
