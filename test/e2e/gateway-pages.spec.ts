/// <reference lib="dom" />
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { AxeBuilder } from '@axe-core/playwright';
import { expect } from '@playwright/test';
import type { Page } from '@playwright/test';

import { ask, test } from './parley-server.ts';
import type { ParleyServer } from './parley-server.ts';
import { addScriptedBackend } from './scripted-backend.ts';

// Parley is started with it: what it writes for tools must not end up in the home of whoever runs the tests.
const home = mkdtempSync(join(tmpdir(), 'parley-e2e-home-'));
const { HOME: ownHome } = process.env;
test.beforeAll(() => {
  process.env['HOME'] = home;
});
test.afterAll(() => {
  process.env['HOME'] = ownHome;
  rmSync(home, { recursive: true, force: true });
});

const open = async (page: Page, server: ParleyServer, path: string) => {
  await page.goto(server.ui);
  await page.evaluate(path => (location.hash = `#${path}`), path);
};

const call = (url: string, key: string, model: string) =>
  fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model, stream: true, messages: [{ role: 'user', content: 'Hello' }] }),
  });

async function expectAccessible(page: Page): Promise<void> {
  // What a toast says fades in; colours on the way are nobody's.
  await page.evaluate(() =>
    Promise.all(document.getAnimations().map(animation => animation.finished.catch(() => null))),
  );
  const { violations } = await new AxeBuilder({ page }).exclude('[data-sonner-toaster]').analyze();
  expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
}

test('a key is made with limits, shown once, held to them, changed and revoked', async ({ page, server }) => {
  const upstream = await addScriptedBackend(server);
  await open(page, server, '/gateway');
  await page.getByRole('button', { name: 'Create key' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name of the tool').fill('editor');
  await dialog.getByLabel('Models it may use').fill('parrot/parrot');
  await dialog.getByLabel('Requests a minute').fill('none');
  await dialog.getByLabel('Budget').fill('0.5');
  await dialog.getByRole('button', { name: 'Create' }).click();
  await expect(dialog.getByRole('alert')).toHaveText('This is a whole number from 1 to 100000.');
  await expectAccessible(page);
  await dialog.getByLabel('Requests a minute').fill('2');
  await dialog.getByRole('button', { name: 'Create' }).click();
  const key = await page.locator('[data-gateway-key]').innerText();
  expect(key).toMatch(/^parley-/);
  await page.getByRole('button', { name: 'Done' }).click();
  expect(await page.content()).not.toContain(key);

  const row = page.getByRole('list', { name: 'Gateway keys' }).getByRole('listitem');
  await expect(row).toContainText('Only parrot/parrot. 2 requests a minute.');
  expect((await call(server.url, key, 'parrot/parrot')).status).toBe(200);
  await expect(row).toContainText('1 call, 10 tokens');
  await expect(row.getByRole('meter', { name: 'Budget of editor' })).toBeVisible();
  expect((await call(server.url, key, 'parrot/parrot-plain')).status).toBe(403);

  await row.getByRole('button', { name: 'Edit editor' }).click();
  await dialog.getByLabel('Models it may use').fill('');
  await dialog.getByLabel('Requests a minute').fill('');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(row).not.toContainText('Only');
  expect((await call(server.url, key, 'parrot/parrot-plain')).status).toBe(200);

  await row.getByRole('button', { name: 'Revoke editor' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Revoke' }).click();
  await expect(row).toHaveCount(0);
  expect((await call(server.url, key, 'parrot/parrot')).status).toBe(401);
  await upstream.close();
});

test('a tool is connected: its key, its file after a look at it, and the light of its first call', async ({
  page,
  server,
}) => {
  const upstream = await addScriptedBackend(server);
  const file = join(home, '.claude', 'settings.json');
  mkdirSync(join(home, '.claude'), { recursive: true });
  writeFileSync(file, '{\n  // mine\n  "theme": "dark"\n}\n');
  const models = Promise.withResolvers<void>();
  await page.route('**/ui/call/models.list', async route => {
    await models.promise;
    await route.continue();
  });
  await open(page, server, '/gateway/connect');
  const tool = page.getByRole('region', { name: 'Claude Code' });
  await expect(tool.getByText('Loading…')).toBeVisible();
  await expect(tool.locator('pre'), 'nothing to copy that would name a model nobody has').toHaveCount(0);
  models.resolve();
  await expect(tool.locator('pre').first()).toContainText('"parrot/parrot"');
  await expect(tool.getByRole('status')).toContainText('Make or choose a key');
  await tool.getByRole('button', { name: 'Make key' }).click();
  await expect(tool.getByRole('status')).toContainText('Waiting for the first call of claude-code');
  const code = await tool.locator('pre').first().innerText();
  const { env } = JSON.parse(code) as { env: Record<string, string> };
  expect(env).toMatchObject({ ANTHROPIC_BASE_URL: server.url, ANTHROPIC_MODEL: 'parrot/parrot' });
  const key = env['ANTHROPIC_AUTH_TOKEN'] ?? '';

  await tool.getByRole('button', { name: 'Write it…' }).click();
  const review = page.getByRole('dialog', { name: 'Write these changes?' });
  await expect(review.getByRole('region', { name: 'Changes' })).toContainText('ANTHROPIC_BASE_URL');
  expect(await review.innerText()).not.toContain(key);
  await expectAccessible(page);
  expect(readFileSync(file, 'utf8')).not.toContain('ANTHROPIC');
  await review.getByRole('button', { name: 'Write', exact: true }).click();
  await expect(review).toBeHidden();
  const written = readFileSync(file, 'utf8');
  expect(written).toContain('// mine\n  "theme": "dark"');
  expect(written).toContain(key);

  const light = tool.locator('[data-light]');
  await expect(light).toHaveAttribute('data-light', 'off');
  await expectAccessible(page);
  expect((await call(server.url, key, 'parrot/parrot')).status).toBe(200);
  await expect(light).toHaveAttribute('data-light', 'green');
  await tool.getByRole('link', { name: 'Look at it' }).click();
  await expect(page.getByRole('article', { name: 'Call of parrot/parrot' })).toBeVisible();

  await open(page, server, '/gateway/connect');
  expect(await page.content()).not.toContain(key);
  await page.getByRole('button', { name: 'Cursor' }).click();
  await expect(page.getByText('which cannot reach this machine')).toBeVisible();
  await upstream.close();
});

test('a file that cannot be read is left alone, and the page says so', async ({ page, server }) => {
  const file = join(home, '.codex', 'config.toml');
  mkdirSync(join(home, '.codex'), { recursive: true });
  writeFileSync(file, 'model = \n');
  await open(page, server, '/gateway/connect');
  await page.getByRole('button', { name: 'Codex CLI' }).click();
  const tool = page.getByRole('region', { name: 'Codex CLI' });
  await tool.getByRole('button', { name: 'Write it…' }).click();
  await expect(tool.getByRole('alert')).toContainText('was left alone, because line 1 is not TOML');
  expect(readFileSync(file, 'utf8')).toBe('model = \n');
  expect(existsSync(join(home, '.gemini'))).toBe(false);
});

test('the inspector follows calls, shows each on its way, and sends one again', async ({
  page,
  server,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const upstream = await addScriptedBackend(server);
  await open(page, server, '/gateway');
  await page.getByRole('button', { name: 'Create key' }).click();
  await page.getByLabel('Name of the tool').fill('script');
  await page.getByRole('dialog').getByRole('button', { name: 'Create' }).click();
  const key = await page.locator('[data-gateway-key]').innerText();
  await page.getByRole('button', { name: 'Done' }).click();
  await page.getByRole('link', { name: 'Inspector' }).click();
  await expect(page.getByText('No call yet')).toBeVisible();

  await call(server.url, key, 'parrot/parrot');
  await call(server.url, key, 'nobody/x');
  const list = page.getByRole('listbox', { name: 'Calls' });
  await expect(list.getByRole('option')).toHaveCount(2);
  await list.focus();
  await page.keyboard.press('End');
  const opened = page.getByRole('article', { name: 'Call of parrot/parrot' });
  for (const step of ['Received', 'Routed', 'Sent', 'Answered'])
    await expect(opened.getByRole('heading', { name: step })).toBeVisible();
  await expect(opened.getByRole('region', { name: 'Body, Received' })).toContainText('"Hello"');
  await expect(opened.getByRole('region', { name: 'Body, Answered' })).toContainText('Hello');
  await expect(opened.getByRole('list', { name: 'Where the time went' })).toContainText('To the first byte');
  for (const summary of await opened.locator('summary').all()) await summary.click();
  expect(await page.content()).not.toContain(key);
  await expectAccessible(page);

  await opened.getByRole('button', { name: 'Copy as curl' }).click();
  await expect(page.getByText('Copied, with a placeholder for the key.')).toBeVisible();
  const command = await page.evaluate(() => navigator.clipboard.readText());
  expect(command).toContain(`${server.url}/v1/chat/completions`);
  expect(command).not.toContain(key);

  const before = upstream.requests.length;
  await opened.getByRole('button', { name: 'Replay' }).click();
  await expect(list.getByRole('option')).toHaveCount(3);
  await expect(opened).toContainText('sent again from here');
  expect(upstream.requests.length).toBe(before + 1);

  await page.getByLabel('Status').selectOption('error');
  await expect(list.getByRole('option')).toHaveCount(1);
  await list.focus();
  await page.keyboard.press('Home');
  await expect(page.getByRole('article', { name: 'Call of nobody/x' })).toContainText('unknown_model');
  await upstream.close();
});

test('a call of the chat leads back to its answer', async ({ page, server }) => {
  await page.goto(server.ui);
  await ask(page, 'I am sad.');
  const chat = page.url();
  await page.evaluate(() => (location.hash = '#/inspector'));
  await page.getByRole('listbox', { name: 'Calls' }).getByRole('option').first().click();
  await expect(page.getByText('no tool has sent it')).toBeVisible();
  await page.getByRole('button', { name: 'Open in chat' }).click();
  await expect(page).toHaveURL(chat);
  await expect(page.getByRole('article')).toBeVisible();
});

test('the server moves to another port and takes the page along; the network comes with its price', async ({
  page,
  server,
  problems,
}) => {
  await open(page, server, '/gateway');
  const form = page.getByRole('form', { name: 'Server' });
  await form.getByLabel('Port').fill('70000');
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(form.getByRole('alert')).toContainText('whole number up to 65535');
  await form.getByLabel('Port').fill(new URL(server.url).port);
  await form.getByLabel('Web pages that may call it').fill('http://localhost:3000');
  // The news of it makes a new form before the answer is here.
  const seen = page.waitForResponse('**/ui/call/server.get');
  await page.route('**/ui/call/server.change', async route => {
    const response = await route.fetch();
    await seen;
    await form.getByRole('button', { name: 'Save', disabled: true }).waitFor();
    await route.fulfill({ response });
  });
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Saved.')).toBeVisible();
  await page.unroute('**/ui/call/server.change');
  expect(readFileSync(join(server.dataDir, 'parley.yaml'), 'utf8')).toContain('http://localhost:3000');

  await form.getByLabel('Reachable from').selectOption('0.0.0.0');
  await expect(form.getByText('Nothing is encrypted on the way')).toBeVisible();
  await expect(form.getByLabel('Tools need a key')).toBeDisabled();
  await expectAccessible(page);
  await form.getByLabel('Names this machine is asked by').fill('');
  await form.getByRole('button', { name: 'Open to the network' }).click();
  await expect(form.getByRole('alert')).toContainText('Name at least one');
  await form.getByLabel('Reachable from').selectOption('127.0.0.1');

  // A port nobody has: that of a server that has just gone.
  const other = new URL(server.url);
  other.port = String(Number(other.port) > 60_000 ? Number(other.port) - 1371 : Number(other.port) + 1371);
  await form.getByLabel('Port').fill(other.port);
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(page).toHaveURL(new RegExp(`^http://127\\.0\\.0\\.1:${other.port}/ui/.*#/gateway$`));
  await expect(page.getByText(`${other.origin}/v1`)).toBeVisible();
  expect((await fetch(`${other.origin}/health`)).status).toBe(200);
  // Requests that were under way when the page moved along.
  problems.splice(0);
});
