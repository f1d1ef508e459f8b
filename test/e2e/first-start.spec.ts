import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect } from '@playwright/test';

import { sendJson, startUpstream } from '../support/scripted-upstream.ts';
import type { ScriptedUpstream } from '../support/scripted-upstream.ts';
import { dropFile, test as base } from './parley-server.ts';

/** A machine with a key in its environment, and an Ollama of the test's own. */
const test = base.extend<{ ollama: ScriptedUpstream }>({
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads the wanted fixtures off this pattern
  ollama: async ({}, use) => {
    const upstream = await startUpstream((request, response) => {
      if (request.path === '/api/tags') {
        return sendJson(response, 200, { models: [{ name: 'llama3:8b' }, { name: 'qwen3:4b' }] });
      }
      if (request.method === 'GET') return sendJson(response, 200, {});
      response.writeHead(200, { 'content-type': 'application/x-ndjson' });
      for (const content of ['Hello', ' from here.'])
        response.write(`${JSON.stringify({ message: { role: 'assistant', content }, done: false })}\n`);
      response.end(
        `${JSON.stringify({ message: { role: 'assistant', content: '' }, done: true, done_reason: 'stop' })}\n`,
      );
    });
    await use(upstream);
    await upstream.close();
  },
  serverEnv: async ({ ollama }, use) => {
    // No name ends in .invalid (RFC 2606), so the vendor itself is never asked with this key.
    await use({
      OLLAMA_HOST: ollama.url,
      OPENAI_API_KEY: 'sk-first-start',
      HTTPS_PROXY: 'http://proxy.invalid:9',
    });
  },
});

test('a newcomer is in a chat with Ollama after one click and one message', async ({ page, server }) => {
  await page.goto(server.ui);
  await expect(page.getByRole('heading', { name: 'Say hello to ELIZA' })).toBeVisible();
  await page.getByRole('button', { name: 'Use Ollama: 2 models' }).click();
  await expect(page.getByText('ollama is ready. Write your first message.')).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Message' })).toBeFocused();
  await expect(page.getByRole('heading', { name: 'A new chat' })).toBeVisible();
  await page.keyboard.type('Hi');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('article')).toContainText('Hello from here.');
  expect(readFileSync(join(server.dataDir, 'parley.yaml'), 'utf8')).toContain('type: ollama');

  // Whoever has chosen is not asked again.
  await page.getByRole('button', { name: 'New chat' }).first().click();
  await expect(page.getByRole('heading', { name: 'A new chat' })).toBeVisible();
  await expect(page.getByRole('region', { name: 'For real answers' })).toBeHidden();
});

test('a key of the environment is offered by its name; what does not work leaves nothing behind', async ({
  page,
  server,
}) => {
  const answers: string[] = [];
  page.on('response', response => {
    if (response.url().includes('/ui/call/')) void response.text().then(text => answers.push(text));
  });
  await page.goto(server.ui);
  const use = page.getByRole('button', { name: 'Use OPENAI_API_KEY from the environment' });
  await use.click();
  await expect(page.getByRole('region', { name: 'For real answers' }).getByRole('alert')).toContainText(
    'openai',
  );
  await expect(use).toBeEnabled();
  expect(readFileSync(join(server.dataDir, 'parley.yaml'), 'utf8')).not.toMatch(/^\s*-.*type: openai/m);
  expect(answers.length).toBeGreaterThan(3);
  expect(answers.join('')).not.toContain('sk-first-start');
});

test('a pasted key tells whose it is', async ({ page, server }) => {
  await page.goto(server.ui);
  const form = page.getByRole('region', { name: 'For real answers' });
  await expect(form.getByLabel('Provider')).toHaveValue('openai');
  await expect(form.getByRole('button', { name: 'Start chatting' })).toBeDisabled();
  await form.getByLabel('API key', { exact: true }).fill('sk-ant-api03-x');
  await expect(form.getByLabel('Provider')).toHaveValue('anthropic');
  await expect(form.getByRole('button', { name: 'Start chatting' })).toBeEnabled();
});

test('a script can be dropped, or chosen by whoever cannot drag', async ({ page, server }) => {
  await page.goto(server.ui);
  const source =
    'return { dialect = "openai_completions", base_url = "https://api.acme.test", api_key = "k" }';
  await dropFile(page, 'acme.lua', source);
  await expect(page.getByRole('dialog')).toContainText('api.acme.test');
  await page.keyboard.press('Escape');
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Choose a script…' }).click();
  await (
    await chooser
  ).setFiles({
    name: 'other.lua',
    mimeType: 'text/plain',
    buffer: Buffer.from(source.replace('acme', 'other')),
  });
  await expect(page.getByRole('dialog')).toContainText('api.other.test');
});
