/// <reference lib="dom" />
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import { AxeBuilder } from '@axe-core/playwright';
import { expect } from '@playwright/test';
import type { Page } from '@playwright/test';
import { strFromU8, unzipSync } from 'fflate';

import { ask, test } from './parley-server.ts';
import type { ParleyServer } from './parley-server.ts';

const pages = [
  'General',
  'Appearance',
  'Conversations',
  'Gateway',
  'Network',
  'Privacy',
  'Desktop',
  'Keyboard',
  'Backup',
  'About',
];

const addresses: Record<string, string> = { Conversations: 'chat' };

const nav = (page: Page) => page.getByRole('tablist', { name: 'Pages of the settings' });
const config = ({ dataDir }: ParleyServer) => readFileSync(join(dataDir, 'parley.yaml'), 'utf8');

async function problems(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`,
  );
}

test('every page of the settings opens by its name and its address', async ({ page, server }) => {
  await page.setViewportSize({ width: 800, height: 700 });
  await page.goto(`${server.ui}#/settings`);
  for (const name of pages) {
    await nav(page).getByRole('tab', { name }).click();
    await expect(page).toHaveURL(new RegExp(`#/settings/${addresses[name] ?? name.toLowerCase()}$`));
    await expect(nav(page).getByRole('tab', { name })).toHaveAttribute('aria-selected', 'true');
    await expect(page.getByText('Loading…')).toHaveCount(0);
  }
});

test('the search finds a setting on any page and leads to it', async ({ page, server }) => {
  await page.goto(`${server.ui}#/settings`);
  const search = page.getByRole('searchbox', { name: 'Search settings' });
  await search.fill('PROXY addr');
  await page
    .getByRole('list', { name: 'Search settings' })
    .getByRole('link', { name: /Address of the proxy/ })
    .click();
  await expect(page).toHaveURL(/#\/settings\/network\/proxy$/);
  await expect(page.getByRole('heading', { name: 'Proxy', exact: true })).toBeVisible();
  await expect(search).toHaveValue('');
  await search.fill('nothing is called this');
  await expect(page.getByText('No setting is called that.')).toBeVisible();
  await search.press('Escape');
  await expect(page.getByRole('heading', { name: 'Proxy', exact: true })).toBeVisible();
});

test('the proxy is written to parley.yaml beside its comments, and edits by hand appear', async ({
  page,
  server,
}) => {
  const file = join(server.dataDir, 'parley.yaml');
  writeFileSync(file, '# mine\nnetwork:\n  proxy: none # for now\n  no_proxy: [localhost]\n');
  await page.goto(`${server.ui}#/settings/network`);
  await expect(page.getByRole('radio', { name: /^No proxy/ })).toBeChecked();
  await page.getByRole('radio', { name: 'Through this proxy' }).check();
  await page.getByLabel('Address of the proxy').fill('ftp://x');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('alert')).toContainText('a proxy begins with http://');
  await page.getByLabel('Address of the proxy').fill('socks5://127.0.0.1:1080');
  await page.getByLabel('Reached directly').fill('localhost\n127.0.0.1, .example.com');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Saved in parley.yaml.')).toBeVisible();
  expect(config(server)).toBe(
    '# mine\nnetwork:\n  proxy: socks5://127.0.0.1:1080 # for now\n  no_proxy: [localhost, 127.0.0.1, .example.com]\n',
  );
  await expect(page.getByRole('button', { name: 'Save' })).toBeDisabled();

  writeFileSync(file, 'network:\n  proxy: http://me:hunter2@other.example:3128\n');
  await expect(page.getByLabel('Address of the proxy')).toHaveValue('http://other.example:3128');
  await expect(page.getByLabel('User')).toHaveValue('me');
  expect(await page.content()).not.toContain('hunter2');
  await page.getByLabel('File of more trusted certificates').fill('missing.pem');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect.poll(() => config(server)).toContain('missing.pem');
  await expect(page.getByRole('button', { name: 'Save' })).toBeDisabled();
  expect(config(server)).toContain('http://me:hunter2@other.example:3128');

  await page.getByLabel('Reached directly').fill('my.draft');
  writeFileSync(file, 'network:\n  proxy: none\n');
  await page.getByRole('button', { name: 'Show what it says now' }).click();
  await expect(page.getByRole('radio', { name: /^No proxy/ })).toBeChecked();
});

test('a host is asked in the way that is saved', async ({ page, server }) => {
  const host = createServer((_request, response) => response.writeHead(204).end()).listen(0, '127.0.0.1');
  await new Promise(resolve => host.once('listening', resolve));
  const { port } = host.address() as AddressInfo; // it listens on a port
  await page.goto(`${server.ui}#/settings/network`);
  await page.getByLabel('Host').fill(`http://127.0.0.1:${port}`);
  await page.getByRole('button', { name: 'Test' }).click();
  await expect(page.getByText(/answered with 204 after \d+ ms, without a proxy/)).toBeVisible();
  host.close();
  await page.getByLabel('Host').fill('http://127.0.0.1:1');
  await page.getByRole('button', { name: 'Test' }).click();
  await expect(page.getByText(/127\.0\.0\.1:1\/ could not be reached/)).toBeVisible();
});

test('a snapshot is taken, chats come back from it, and all of it waits for the next start', async ({
  page,
  server,
}) => {
  await page.goto(server.ui);
  await ask(page, 'I like comets');
  await page.goto(`${server.ui}#/settings/backup`);
  await page.getByRole('button', { name: 'Take a snapshot now' }).click();
  const rows = page.getByRole('list', { name: 'Snapshots' }).getByRole('listitem');
  await expect(rows).toHaveCount(1);
  await expect(rows).toContainText('by hand');

  await rows.getByRole('button', { name: /^Take chats back/ }).click();
  await expect(page.getByText('Everything in this file is here already.')).toBeVisible();
  expect(await problems(page)).toEqual([]);
  await page.getByRole('button', { name: 'Cancel' }).click();

  await rows.getByRole('button', { name: /^Restore all/ }).click();
  await page.getByRole('button', { name: 'Restore at the next start' }).click();
  await expect(page.getByText(/takes the place of everything when Parley starts next/)).toBeVisible();
  expect(existsSync(join(server.dataDir, 'backups', 'restore.json'))).toBe(true);
  await page.getByRole('button', { name: 'Leave everything as it is' }).click();
  await expect(page.getByText(/takes the place of everything/)).toBeHidden();
  expect(existsSync(join(server.dataDir, 'backups', 'restore.json'))).toBe(false);

  await rows.getByRole('button', { name: /^Delete the snapshot/ }).click();
  await expect(rows).toHaveCount(0);
  expect(readdirSync(join(server.dataDir, 'backups'))).toEqual([]);
});

test('everything goes out without a key, and comes in again with one under its passphrase', async ({
  page,
  server,
}) => {
  const file = join(server.dataDir, 'parley.yaml');
  const text =
    '# my comment\nllm:\n  backends:\n    - { name: own, type: openai, api_key: sk-literal, enabled: false }\n';
  writeFileSync(file, text);
  writeFileSync(join(server.dataDir, 'providers', 'own.lua'), 'return {}');
  await page.goto(server.ui);
  await ask(page, 'I like comets');
  await page.goto(`${server.ui}#/settings/backup`);
  const exportAll = async () => {
    const waiting = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export everything' }).click();
    return readFileSync(await (await waiting).path());
  };
  const plain = Object.entries(unzipSync(await exportAll())).map(([name, bytes]) => ({
    name,
    text: strFromU8(bytes),
  }));
  expect(plain.map(({ name }) => name).sort()).toEqual([
    'chats.parley-chats.json',
    'ledger.csv',
    'parley.json',
    'parley.yaml',
    'providers/own.lua',
  ]);
  expect(JSON.stringify(plain)).not.toContain('sk-literal');
  expect(JSON.stringify(plain)).toContain('I like comets');

  await page.getByLabel('With keys, under a passphrase').check();
  await page.getByRole('textbox', { name: 'Passphrase' }).fill('correct horse');
  const sealed = await exportAll();
  expect(sealed.includes('sk-literal')).toBe(false);

  writeFileSync(file, '# another one\n');
  await page
    .getByLabel('Import everything…')
    .last()
    .setInputFiles({ name: 'all.zip', mimeType: 'application/zip', buffer: sealed });
  const sheet = page.getByRole('dialog', { name: 'Import everything' });
  await sheet.getByRole('checkbox', { name: /^Settings/ }).check();
  await sheet.getByLabel('Passphrase for the keys').fill('wrong horse');
  expect(await problems(page)).toEqual([]);
  await sheet.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(sheet.getByRole('alert')).toContainText('not the passphrase');
  expect(config(server)).toBe('# another one\n');
  await sheet.getByLabel('Passphrase for the keys').fill('correct horse');
  await sheet.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(page.getByText(/Settings and scripts are here/)).toBeVisible();
  expect(config(server)).toBe(text);
  await page.getByRole('button', { name: 'Choose chats…' }).click();
  await expect(page.getByText('From Parley · 1 chat · 2 messages', { exact: false })).toBeVisible();
});

test('what is stored is named, and deleting all of it wants a word typed', async ({ page, server }) => {
  await page.goto(`${server.ui}#/settings/privacy`);
  await expect(page.getByRole('row', { name: /Chats and ledger/ })).toContainText(
    join(server.dataDir, 'parley.db'),
  );
  await page.getByRole('button', { name: 'Delete everything…' }).click();
  const confirm = page.getByRole('button', { name: 'Delete at the next start' });
  await expect(confirm).toBeDisabled();
  await page.getByLabel('Type delete to confirm').fill('delete');
  await confirm.click();
  await expect(page.getByText('Everything is deleted when Parley starts next.')).toBeVisible();
  expect(existsSync(join(server.dataDir, 'parley.erase'))).toBe(true);
  await page.getByRole('button', { name: 'Keep everything' }).click();
  await expect(page.getByRole('button', { name: 'Delete everything…' })).toBeVisible();
  expect(existsSync(join(server.dataDir, 'parley.erase'))).toBe(false);
});
