import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import { expect } from '@playwright/test';

import { openPage, send, test } from './parley-app.ts';
import { keyringProblem, startPrivateKeyring } from './private-keyring.ts';

const key = 'sk-test-4711-not-to-be-seen';
const problem = keyringProblem();

test.describe('keys in the system keyring', () => {
  test.skip(problem !== undefined, problem);

  test('a key saved on the page is used, and shown only by where it came from', async ({
    launch,
    dataDir,
  }) => {
    const keyring = await startPrivateKeyring();
    const upstream = await startUpstream();
    addBackend(dataDir, upstream.url);
    const { page } = await launch({ env: keyring.env });
    await openPage(page, 'Providers');
    const backend = page.getByRole('listitem', { name: 'guarded' });
    await backend.getByRole('button', { name: 'Set key' }).click();
    await page.getByLabel('API key').fill(key);
    await page.getByRole('button', { name: 'Save to keychain' }).click();
    await expect(backend).toContainText('from keychain account');
    await backend.getByRole('button', { name: 'Test' }).click();
    await expect(backend.getByRole('status')).toContainText('Works');

    await openPage(page, 'Chat');
    await page.getByLabel('Model', { exact: true }).click();
    await page.getByRole('option', { name: /parrot/ }).click();
    await send(page, 'Say something.');
    await expect(page.getByRole('article')).toContainText('Polly wants a cracker.');
    expect(upstream.keys.at(-1)).toBe(`Bearer ${key}`);
    expect(await page.content()).not.toContain(key);
    expect(filesWith(dataDir, key)).toEqual([]);
    expect(readFileSync(join(dataDir, 'parley.yaml'), 'utf8')).toContain('keychain:');
    upstream.close();
    keyring.stop();
  });
});

test('without any keyring saving a key fails in one sentence, and the app goes on', async ({
  launch,
  dataDir,
}) => {
  addBackend(dataDir, 'http://127.0.0.1:1');
  const { page } = await launch({ env: { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere' } });
  await openPage(page, 'Providers');
  await page.getByRole('listitem', { name: 'guarded' }).getByRole('button', { name: 'Set key' }).click();
  await page.getByLabel('API key').fill(key);
  await page.getByRole('button', { name: 'Save to keychain' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('alert')).toContainText(/keychain|keyring/i);
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await openPage(page, 'Chat');
  await send(page, 'Men are all alike.');
  await expect(page.getByRole('article')).toContainText('In what way');
  expect(filesWith(dataDir, key)).toEqual([]);
});

function addBackend(dataDir: string, url: string): void {
  mkdirSync(join(dataDir, 'providers'), { recursive: true });
  const script = `return { protocol = "openai_compat", base_url = "${url}", completions_endpoint = "/v1/chat/completions", auth_type = "bearer" }`;
  writeFileSync(join(dataDir, 'providers/guarded.lua'), script);
  const config = `gateway: { port: 0 }\nllm:\n  backends:\n    - { name: guarded, type: guarded }\n`;
  writeFileSync(join(dataDir, 'parley.yaml'), config);
}

/** An upstream that wants the key and remembers what it was given. */
async function startUpstream(): Promise<{ url: string; keys: (string | undefined)[]; close(): void }> {
  const keys: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    keys.push(request.headers.authorization);
    request.resume();
    if (request.headers.authorization !== `Bearer ${key}`) {
      response.writeHead(401, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: { message: 'Who are you?' } }));
    } else if (request.url === '/v1/models') {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ object: 'list', data: [{ id: 'parrot', object: 'model' }] }));
    } else {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const chunk = (delta: object, finish_reason: string | null): string =>
        `data: ${JSON.stringify({ id: '1', object: 'chat.completion.chunk', model: 'parrot', choices: [{ index: 0, delta, finish_reason }] })}\n\n`;
      response.write(chunk({ role: 'assistant', content: 'Polly wants a cracker.' }, null));
      response.end(`${chunk({}, 'stop')}data: [DONE]\n\n`);
    }
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    keys,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Files below a folder that hold a text. Chromium's own are looked at, too: the page may not keep a key either. */
function filesWith(folder: string, text: string): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map(name => join(folder, name));
  return files.filter(file => {
    const isFile = statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
    return isFile && readFileSync(file).includes(text);
  });
}
