import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { AxeBuilder } from '@axe-core/playwright';
import { expect } from '@playwright/test';
import type { Locator, Page } from '@playwright/test';

import { sseText, textChunks } from '../support/scripted-upstream.ts';
import { test } from './parley-server.ts';
import type { ParleyServer } from './parley-server.ts';
import { addScriptedBackend } from './scripted-backend.ts';

async function openStudio(page: Page, server: ParleyServer, type = 'parrot'): Promise<Locator> {
  await page.goto(server.ui);
  await page.getByRole('navigation').getByRole('link', { name: 'Providers' }).click();
  await page.getByRole('button', { name: `More for ${type}` }).click();
  await page.getByRole('menuitem', { name: /^(Edit script|Open as override)/ }).click();
  const editor = page.getByRole('textbox', { name: `Source of ${type}.lua` });
  await expect(page.getByRole('status', { name: 'Checks' })).toHaveText('No problems');
  return editor;
}

/** Replaces the whole text as somebody would who pastes it. */
async function write(page: Page, editor: Locator, text: string): Promise<void> {
  await editor.focus();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.insertText(text);
}

async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`)).toEqual([]);
}

const fileOf = (server: ParleyServer): string => join(server.dataDir, 'providers/parrot.lua');

test('a script is edited with checks and completion, and asks again where it wants more', async ({
  page,
  server,
}) => {
  const upstream = await addScriptedBackend(server);
  const before = readFileSync(fileOf(server), 'utf8');
  const editor = await openStudio(page, server);
  const checks = page.getByRole('status', { name: 'Checks' });

  await write(page, editor, `return {\n  dialect = "openai_completions"\n  base_url = "${upstream.url}",\n}`);
  await expect(checks).toContainText('Line 3');
  await expect(page.locator('.cm-lint-marker-error')).toBeVisible();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('alert')).toContainText('parrot.lua:3');
  expect(readFileSync(fileOf(server), 'utf8')).toBe(before);

  await write(
    page,
    editor,
    `return {\n  dialect = "openai_completions",\n  base_url = "${upstream.url}",\n  `,
  );
  await page.keyboard.type('auth_t');
  await page.getByRole('option', { name: /^auth_type/ }).click();
  await page.keyboard.type('non');
  await page.locator('.cm-tooltip-autocomplete li', { hasText: 'none' }).click();
  await page.keyboard.press('End');
  await page.keyboard.insertText('\n  hosts = { "elsewhere.example" },\n}\n');
  await expect(checks).toHaveText('No problems');
  await page.keyboard.press('ControlOrMeta+s');
  const review = page.getByRole('dialog', { name: 'Save parrot.lua?' });
  await expect(review).toContainText('elsewhere.example');
  expect(readFileSync(fileOf(server), 'utf8')).toBe(before);
  await review.getByRole('button', { name: 'Allow and save' }).click();
  await expect(page.getByText('Saved', { exact: true })).toBeVisible();
  expect(readFileSync(fileOf(server), 'utf8')).toContain('auth_type = "none",\n  hosts = {');

  await expectAccessible(page);
  await upstream.close();
});

test('the bench shows every station of a request, its events, and reads a pasted answer', async ({
  page,
  server,
}) => {
  const upstream = await addScriptedBackend(server);
  const editor = await openStudio(page, server);
  await write(
    page,
    editor,
    `return { dialect = "openai_completions", base_url = "${upstream.url}", api_key = "key-of-parrot",
  modify_body = function(body) log.warn("asked for " .. body.model); body.seed = 7; return body end,
  modify_events = function(deltas)
    for _, d in ipairs(deltas) do if d.delta then d.delta = string.upper(d.delta) end end
    return deltas
  end }`,
  );
  await expect(page.getByText('What is in the editor is tried')).toBeVisible();
  await page.getByRole('combobox', { name: 'Model' }).fill('m');
  await page.getByRole('textbox', { name: 'Message to the model' }).press('ControlOrMeta+Enter');
  const result = page.getByRole('region', { name: 'Result' });
  await expect(result).toContainText('HELLO THERE.');
  await expect(result.getByText('+ "seed": 7')).toBeVisible();
  await result.getByText('authenticate').click();
  await expect(result).toContainText('Bearer [redacted]');
  await expect(page.locator('main')).not.toContainText('Bearer key-of-parrot');
  await expect(result.getByRole('listitem', { name: 'Event 2' })).toContainText('after modify_events');
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.setViewportSize({ width: 800, height: 800 });
  await expectAccessible(page);

  const asked = upstream.requests.length;
  await page.getByRole('radio', { name: 'a pasted text' }).check();
  await page
    .getByRole('textbox', { name: 'Answer, as a stream' })
    .fill(sseText(textChunks(['from the ', 'clipboard'])));
  await page.getByRole('button', { name: 'Run' }).click();
  await expect(result).toContainText('FROM THE CLIPBOARD');
  expect(upstream.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
  expect(upstream.requests.length).toBe(asked);

  await page.getByRole('tab', { name: /^Console/ }).click();
  const log = page.getByRole('log', { name: 'Log of the script' });
  await expect(log).toContainText('warning');
  await expect(log.getByText('asked for m')).toHaveCount(2);
  await page.getByRole('button', { name: 'Clear' }).click();
  await expect(log.getByText('asked for m')).toHaveCount(0);
  await upstream.close();
});

test('what is not saved is kept, and a file that changed meanwhile is not overwritten', async ({
  page,
  server,
}) => {
  const upstream = await addScriptedBackend(server);
  const editor = await openStudio(page, server);
  const before = readFileSync(fileOf(server), 'utf8');
  const mine = before.replace('return {', 'return { name = "Mine",');
  await write(page, editor, mine);
  await page.getByRole('link', { name: 'Back to the providers' }).click();
  await expect(page.getByText('not saved, but kept as a draft')).toBeVisible();
  await page.reload();
  await openStudio(page, server);
  await expect(page.getByText('Your unsaved changes of')).toBeVisible();
  await expect(editor).toContainText('Mine');

  const theirs = before.replace('return {', 'return { name = "Theirs",');
  writeFileSync(fileOf(server), theirs);
  await expect(page.getByText('was changed on the disk meanwhile')).toBeVisible();
  await page.getByText('From the disk').click();
  await expect(page.getByRole('group', { name: /change/i })).toContainText('Theirs');
  await page.getByRole('button', { name: 'Load it, drop mine' }).click();
  await expect(editor).toContainText('Theirs');
  await expect(page.getByText('Saved', { exact: true })).toBeVisible();
  expect(readFileSync(fileOf(server), 'utf8')).toBe(theirs);

  writeFileSync(fileOf(server), before);
  await expect(page.getByText('was changed on the disk and loaded here')).toBeVisible();
  await expect(editor).not.toContainText('Theirs');
  await upstream.close();
});

test('a built-in script is read-only until it is opened as an override', async ({ page, server }) => {
  writeFileSync(
    join(server.dataDir, 'parley.yaml'),
    'llm:\n  backends:\n    - { name: groq, type: groq, api_key: k, url: "http://127.0.0.1:9" }\n',
  );
  const editor = await openStudio(page, server, 'groq');
  await editor.focus();
  await page.keyboard.insertText('nonsense');
  await expect(editor).not.toContainText('nonsense');
  await expect(page.getByText('updates of Parley no longer reach it')).toBeVisible();
  await page.getByRole('button', { name: 'Open as override' }).click();
  await expect(page.getByText('takes the place of the script of this name')).toBeVisible();
  await editor.focus();
  await page.keyboard.press('ControlOrMeta+Home');
  await page.keyboard.insertText('-- mine\n');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Saved', { exact: true })).toBeVisible();
  expect(readFileSync(join(server.dataDir, 'providers/groq.lua'), 'utf8')).toMatch(/^-- mine\n/);
});

test('a run shows itself as it goes on, and takes a tool and an image', async ({ page, server }) => {
  const upstream = await addScriptedBackend(server);
  await openStudio(page, server);
  upstream.answer = (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(sseText(textChunks(['still', ' coming']), false));
  };
  await page.getByRole('combobox', { name: 'Model' }).fill('m');
  await page.getByRole('button', { name: 'Edit the whole request as JSON' }).click();
  const json = page.getByRole('textbox', { name: 'Request, in Parley’s words (JSON)' });
  await expect(json).toHaveValue(/Say hello/);
  await page.getByRole('button', { name: 'Add a tool' }).click();
  await page
    .getByLabel('Image for the request')
    .setInputFiles({ name: 'red.png', mimeType: 'image/png', buffer: Buffer.from('iVBORw0KGgo=', 'base64') });
  await expect(json).toHaveValue(/get_weather[^]*red\.png|red\.png[^]*get_weather/);
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  const result = page.getByRole('region', { name: 'Result' });
  await expect(result.getByRole('listitem', { name: 'Event 3' })).toContainText('coming');
  await expect(result).toHaveAttribute('aria-busy', 'true');
  await expect(result).toContainText('The answer is coming');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Run', exact: true })).toBeEnabled();
  await expect(result).toContainText('still coming');
  const asked = upstream.requests.find(({ method }) => method === 'POST');
  expect(asked?.body).toContain('"get_weather"');
  expect(asked?.body).toContain('data:image/png;base64,iVBORw0KGgo=');

  const written = await json.inputValue();
  await json.fill(written.slice(1));
  await expect(page.getByText('This is no JSON')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Run', exact: true })).toBeDisabled();
  await upstream.close();
});

test('a new script begins as a draft, and is a file once it is saved', async ({ page, server }) => {
  await page.goto(server.ui);
  await page.getByRole('navigation').getByRole('link', { name: 'Providers' }).click();
  await page.getByRole('button', { name: 'Import script…' }).click();
  await page.getByRole('menuitem', { name: 'New script…' }).click();
  const dialog = page.getByRole('dialog', { name: 'New provider script' });
  await dialog.getByRole('textbox', { name: 'Name of the provider' }).fill('groq');
  await dialog.getByRole('button', { name: 'Open in the studio' }).click();
  await expect(dialog.getByRole('alert')).toContainText('groq.lua already');
  await dialog.getByRole('textbox', { name: 'Name of the provider' }).fill('fresh');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('textbox', { name: 'Source of fresh.lua' })).toContainText('FRESH_API_KEY');
  await expect(page.getByRole('status', { name: 'Checks' })).toHaveText('No problems');
  await expect(page.getByText('Unsaved changes')).toBeVisible();
  const file = join(server.dataDir, 'providers/fresh.lua');
  expect(existsSync(file)).toBe(false);
  await page.getByRole('button', { name: 'Save' }).click();
  const review = page.getByRole('dialog', { name: 'Save fresh.lua?' });
  await expect(review).toContainText('api.example.com');
  await review.getByRole('button', { name: 'Allow and save' }).click();
  await expect(page.getByText('Saved', { exact: true })).toBeVisible();
  expect(readFileSync(file, 'utf8')).toContain('FRESH_API_KEY');
});
