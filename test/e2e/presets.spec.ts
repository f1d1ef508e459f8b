import { expect } from '@playwright/test';
import type { Page } from '@playwright/test';

import { test } from './parley-server.ts';
import { addScriptedBackend, askedOf, chooseModel } from './scripted-backend.ts';

const message = (page: Page) => page.getByRole('textbox', { name: 'Message' });
const dialog = (page: Page) => page.getByRole('dialog');

async function ask(page: Page, text: string): Promise<void> {
  const before = await page.getByRole('article').count();
  await message(page).fill(text);
  await page.getByRole('button', { name: 'Send' }).click();
  await expect(page.getByRole('article').nth(before)).toHaveAttribute('aria-busy', 'false');
}

async function openSettings(page: Page): Promise<void> {
  await page.getByRole('navigation').getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('tab', { name: 'Conversations' }).click();
}

test('the settings of a chat reach the upstream, stay with the chat, and only with it', async ({
  page,
  server,
}) => {
  const upstream = await addScriptedBackend(server);
  await page.goto(server.ui);
  await chooseModel(page, 'parrot scholar');
  await page.getByRole('button', { name: 'Chat settings' }).click();
  await dialog(page).getByLabel('Instructions').fill('Answer in rhyme.');
  await dialog(page).getByLabel('Temperature').fill('0,3');
  await dialog(page).getByLabel('Longest answer, in tokens').fill('99');
  await dialog(page).getByLabel('Reasoning effort').selectOption('low');
  await dialog(page).getByText('Stop and extra fields').click();
  await dialog(page).getByLabel('Stop at').fill('END\n###');
  await dialog(page).getByLabel('Extra fields of the request').fill('{"service_tier": "flex"}');
  await dialog(page).getByRole('button', { name: 'Save', exact: true }).click();
  await ask(page, 'Hello.');
  expect(askedOf(upstream).at(-1)).toMatchObject({
    model: 'parrot-scholar',
    messages: [
      { role: 'system', content: 'Answer in rhyme.' },
      { role: 'user', content: 'Hello.' },
    ],
    temperature: 0.3,
    stop: ['END', '###'],
    reasoning_effort: 'low',
    service_tier: 'flex',
  });
  expect(JSON.stringify(askedOf(upstream).at(-1))).toMatch(/"max_(completion_)?tokens":99/);

  await page.reload();
  await page.getByRole('button', { name: 'Chat settings' }).click();
  await expect(dialog(page).getByLabel('Instructions')).toHaveValue('Answer in rhyme.');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'New chat' }).first().click();
  await ask(page, 'And now?');
  const other = askedOf(upstream).at(-1);
  expect(other?.['messages']).toEqual([{ role: 'user', content: 'And now?' }]);
  expect(other).not.toHaveProperty('temperature');
  await upstream.close();
});

test('wrong values say so in place, and what a model cannot do is not offered', async ({ page, server }) => {
  const upstream = await addScriptedBackend(server);
  await page.goto(server.ui);
  await chooseModel(page, 'parrot');
  await page.getByRole('button', { name: 'Chat settings' }).click();
  await expect(dialog(page).getByLabel('Reasoning effort')).toHaveCount(0);
  const save = dialog(page).getByRole('button', { name: 'Save', exact: true });
  await dialog(page).getByLabel('Temperature').fill('7');
  await expect(dialog(page).getByText('A number from 0 to 2.')).toBeVisible();
  await expect(dialog(page).getByLabel('Temperature')).toHaveAttribute('aria-invalid', 'true');
  await expect(save).toBeDisabled();
  await dialog(page).getByLabel('Temperature').fill('');
  await dialog(page).getByLabel('Longest answer, in tokens').fill('501');
  await expect(dialog(page).getByText('The model writes 500 tokens at most.')).toBeVisible();
  await dialog(page).getByLabel('Longest answer, in tokens').fill('500');
  await expect(save).toBeEnabled();
  await page.keyboard.press('Escape');
  await chooseModel(page, 'parrot plain');
  await page.getByRole('button', { name: 'Chat settings' }).click();
  await expect(dialog(page).getByText('Whether parrot plain reasons is not known')).toBeVisible();
  await upstream.close();
});

test('a preset is made, chosen for a new chat, made the default, deleted and brought back', async ({
  page,
  server,
}) => {
  const upstream = await addScriptedBackend(server);
  await page.goto(server.ui);
  await chooseModel(page, 'parrot plain');
  await openSettings(page);
  await page.getByRole('button', { name: 'New preset' }).click();
  await dialog(page).getByLabel('Name').fill('Pirate');
  await dialog(page).getByLabel('Icon').fill('☠');
  await dialog(page).getByLabel('Model').selectOption('parrot/parrot-scholar');
  await dialog(page).getByLabel('Instructions').fill('Talk like a pirate.');
  await dialog(page).getByRole('button', { name: 'Save', exact: true }).click();
  const presets = page.getByRole('list', { name: 'Presets' }).getByRole('listitem');
  await expect(presets).toHaveCount(1);

  await page.getByRole('navigation').getByRole('link', { name: 'Chat' }).click();
  const pirate = page.getByRole('group', { name: 'Presets' }).getByRole('button', { name: 'Pirate' });
  await expect(pirate).toHaveAttribute('aria-pressed', 'false');
  await pirate.click();
  await expect(page.getByLabel('Model', { exact: true })).toContainText('parrot scholar');
  await ask(page, 'Hello.');
  const asPirate = {
    model: 'parrot-scholar',
    messages: [{ role: 'system', content: 'Talk like a pirate.' }],
  };
  expect(askedOf(upstream).at(-1)).toMatchObject({
    ...asPirate,
    messages: [...asPirate.messages, { role: 'user' }],
  });
  // The next chat is again with whom one talked before.
  await page.getByRole('button', { name: 'New chat' }).first().click();
  await expect(page.getByLabel('Model', { exact: true })).toContainText('parrot plain');
  await expect(pirate).toHaveAttribute('aria-pressed', 'false');

  await openSettings(page);
  await page.getByRole('button', { name: 'Pirate begins new chats' }).click();
  await expect(page.getByRole('button', { name: 'Pirate begins new chats' })).toHaveAttribute(
    'aria-pressed',
    'true',
  );
  await page.goto(server.ui);
  await expect(pirate).toHaveAttribute('aria-pressed', 'true');
  await expect(page.getByLabel('Model', { exact: true })).toContainText('parrot scholar');
  await ask(page, 'Hello again.');
  expect(askedOf(upstream).at(-1)?.['messages']).toMatchObject([{ content: 'Talk like a pirate.' }, {}]);

  await openSettings(page);
  await page.getByRole('button', { name: 'Delete Pirate' }).click();
  await expect(presets).toHaveCount(0);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(presets).toHaveCount(1);
  await expect(page.getByRole('button', { name: 'Pirate begins new chats' })).toHaveAttribute(
    'aria-pressed',
    'true',
  );
  await upstream.close();
});

test('/ puts a prompt in and asks for its variables', async ({ page, server, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto(server.ui);
  await message(page).focus();
  await page.keyboard.type('/');
  await page.getByRole('option', { name: 'No prompts yet' }).click();
  await dialog(page).getByLabel('Name').fill('translate');
  await dialog(page).getByLabel('Text').fill('Into {{language}}, on {{date}}: {{clipboard}}');
  await dialog(page).getByRole('button', { name: 'Save', exact: true }).click();
  await expect(dialog(page)).toHaveCount(0);
  await page.evaluate(() => navigator.clipboard.writeText('guten Tag'));
  await message(page).fill('');
  await message(page).focus();
  await page.keyboard.type('Please: /trans');
  await expect(page.getByRole('option', { name: /translate/ })).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Tab');
  await dialog(page).getByLabel('language').fill('English');
  await page.keyboard.press('Enter');
  await expect(message(page)).toHaveValue(/^Please: Into English, on .*20\d\d.*: guten Tag$/);
  await expect(message(page)).toBeFocused();

  await openSettings(page);
  await page.getByRole('button', { name: 'Edit translate' }).click();
  await dialog(page).getByLabel('Text').fill('Translate.');
  await dialog(page).getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByRole('list', { name: 'Prompts' })).toContainText('Translate.');
  await page.getByRole('button', { name: 'Delete translate' }).click();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByRole('list', { name: 'Prompts' })).toContainText('Translate.');
});
