import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect } from '@playwright/test';
import type { Page } from '@playwright/test';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';

import { ask, readLedger, send, test } from './parley-server.ts';

const chatRows = (page: Page) => page.getByRole('list', { name: 'Chats' }).getByRole('link');

async function openMenuOf(page: Page, title: string): Promise<void> {
  await page.getByRole('list', { name: 'Chats' }).getByRole('link', { name: title }).hover();
  await page.getByRole('button', { name: `Options for ${title}` }).click();
}

async function download(page: Page, act: () => Promise<void>): Promise<{ name: string; bytes: Buffer }> {
  const [file] = await Promise.all([page.waitForEvent('download'), act()]);
  return { name: file.suggestedFilename(), bytes: readFileSync(await file.path()) };
}

function chatGptArchive(): Buffer {
  const message = (role: string, text: string) => ({
    author: { role },
    create_time: 1_767_225_600,
    content: { content_type: 'text', parts: [text] },
    metadata: {},
  });
  const conversation = (id: string, title: string, answer: object) => ({
    conversation_id: id,
    title,
    create_time: 1_767_225_600,
    update_time: 1_767_225_700,
    current_node: 'a',
    mapping: {
      [`${id}-q`]: { id: `${id}-q`, parent: null, children: [], message: message('user', `About ${title}?`) },
      [`${id}-a`]: { id: `${id}-a`, parent: `${id}-q`, children: [], message: answer },
    },
  });
  const strange = { author: { role: 'assistant' }, content: { content_type: 'hologram', text: 'cube' } };
  const files = {
    'conversations-000.json': [conversation('c1', 'Tides', message('assistant', 'The **moon** pulls.'))],
    'conversations-001.json': [
      conversation('c2', 'Comets', message('assistant', 'Ice.')),
      conversation('c3', 'Strange', strange),
    ],
  };
  const entries = Object.entries(files).map(([name, value]) => [name, strToU8(JSON.stringify(value))]);
  return Buffer.from(zipSync(Object.fromEntries(entries) as Record<string, Uint8Array>));
}

async function chooseFile(page: Page, name: string, buffer: Buffer): Promise<void> {
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    page.getByRole('button', { name: 'Import chats…' }).click(),
  ]);
  await chooser.setFiles({ name, mimeType: 'application/zip', buffer });
}

test('a chat goes out as Markdown and as JSON, and all of them as an archive', async ({ page, server }) => {
  await page.goto(server.ui);
  await ask(page, 'I feel fine today');
  await openMenuOf(page, 'I feel fine today');
  const markdown = await download(page, () =>
    page.getByRole('menuitem', { name: 'Export as Markdown' }).click(),
  );
  expect(markdown.name).toMatch(/^\d{4}-\d\d-\d\d I feel fine today\.md$/);
  expect(markdown.bytes.toString()).toMatch(/^# I feel fine today\n[\s\S]*## You\n[\s\S]*## eliza\//);
  await openMenuOf(page, 'I feel fine today');
  const json = await download(page, () => page.getByRole('menuitem', { name: 'Export as JSON' }).click());
  expect(JSON.parse(json.bytes.toString())).toMatchObject({
    format: 'parley-chats',
    version: 1,
    chats: [{ title: 'I feel fine today', messages: [{ role: 'user' }, { role: 'assistant' }] }],
  });
  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('tab', { name: 'Backup' }).click();
  const all = await download(page, () =>
    page.getByRole('button', { name: 'Export all as Markdown' }).click(),
  );
  const files = unzipSync(all.bytes);
  expect(Object.keys(files)).toEqual([markdown.name]);
  expect(strFromU8(files[markdown.name]!)).toBe(markdown.bytes.toString());
});

test('an archive of ChatGPT is looked at, chosen from, added once, and nothing twice', async ({
  page,
  server,
}) => {
  await page.goto(server.ui);
  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('tab', { name: 'Backup' }).click();
  await chooseFile(page, 'chatgpt.zip', chatGptArchive());
  const sheet = page.getByRole('dialog', { name: 'Import chats' });
  await expect(sheet.getByText('From ChatGPT · 3 chats · 5 messages')).toBeVisible();
  await sheet.getByText('1 part is not taken over').click();
  await expect(sheet.getByText('content type hologram')).toBeVisible();
  await sheet.getByRole('checkbox', { name: /Strange/ }).uncheck();
  await sheet.getByRole('button', { name: 'Import 2 chats' }).click();
  await expect(page.getByText('2 new, 0 continued, 4 messages in all.')).toBeVisible();
  await page.getByRole('button', { name: 'Close', exact: true }).click();

  await chooseFile(page, 'chatgpt.zip', chatGptArchive());
  await expect(page.getByRole('checkbox', { name: /Tides/ })).toBeDisabled();
  await expect(page.getByRole('button', { name: 'Import 1 chat' })).toBeVisible();
  await page.getByRole('button', { name: 'Cancel' }).click();

  await page.getByRole('link', { name: 'Chat', exact: true }).click();
  await expect(chatRows(page)).toHaveText([/Comets|Tides/, /Comets|Tides/]);
  await chatRows(page).filter({ hasText: 'Tides' }).click();
  await expect(page.getByRole('article').getByText('moon')).toBeVisible();
});

test('a file that is something else is refused in one sentence', async ({ page, server }) => {
  await page.goto(server.ui);
  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('tab', { name: 'Backup' }).click();
  await chooseFile(page, 'notes.zip', Buffer.from(zipSync({ 'a.txt': strToU8('hello') })));
  await expect(
    page.getByText(/notes\.zip holds no chats that can be read here\. Parley imports/),
  ).toBeVisible();
});

test('a temporary chat answers, says what it is, and leaves its bill and no word', async ({
  page,
  server,
}) => {
  const secret = 'zanzibarquokka';
  await page.goto(server.ui);
  await expect(page.getByLabel('Model', { exact: true })).toContainText('eliza');
  await page.getByRole('textbox', { name: 'Message' }).fill(`I dream of ${secret}`);
  await page.getByRole('button', { name: 'Temporary chat' }).click();
  await expect(page.getByRole('note').getByText('Temporary chat', { exact: true })).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Message' })).toHaveValue(`I dream of ${secret}`);
  await page.getByRole('button', { name: 'Send' }).click();
  const answer = page.getByRole('article').first();
  await expect(answer).toHaveAttribute('aria-busy', 'false');
  await expect(page.getByText(`I dream of ${secret}`)).toBeVisible();
  await page.getByRole('textbox', { name: 'Message' }).fill(`a draft of ${secret}`);
  await expect(chatRows(page)).toHaveCount(0);
  expect(await page.evaluate(() => JSON.stringify(localStorage))).not.toContain(secret);
  expect(filesWith(server.dataDir, secret)).toEqual([]);
  await expect.poll(() => readLedger(server.dataDir).length).toBe(1);

  const address = page.url();
  await page.getByRole('button', { name: 'Close and forget' }).click();
  await expect(page.getByRole('heading', { name: 'Say hello to ELIZA' })).toBeVisible();
  await page.goto(address);
  await page.reload();
  await expect(page.getByText(/There is no chat temporary-/)).toBeVisible();
  expect(filesWith(server.dataDir, secret)).toEqual([]);
});

/** Every file below a folder that holds the text, in any of the ways it may be written. */
function filesWith(dir: string, text: string): string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
    .filter(file => {
      const bytes = readFileSync(file);
      return bytes.includes(text) || bytes.includes(Buffer.from(text, 'utf16le'));
    });
}

test('a model of the person’s choice makes the title, after the first answer', async ({ page, server }) => {
  await page.goto(server.ui);
  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByLabel('Made by').selectOption({ index: 1 });
  await expect(async () => {
    expect(readFileSync(join(server.dataDir, 'parley.yaml'), 'utf8')).toMatch(/title_model: eliza\//);
  }).toPass();
  await page.getByRole('link', { name: 'Chat', exact: true }).click();
  await send(page, 'I am happy');
  // ELIZA turns the wish for a title into a question, which is as good as a title for this.
  await expect.poll(() => readLedger(server.dataDir).length).toBe(2);
  await expect(chatRows(page)).not.toHaveText(['I am happy']);
});
