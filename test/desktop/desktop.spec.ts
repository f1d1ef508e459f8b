/// <reference lib="dom" />
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { _electron, expect } from '@playwright/test';
import type { ElectronApplication, Page } from '@playwright/test';

import { openPage, parleyCommand, quit, send, test } from './parley-app.ts';

const script = `return { protocol = "openai_compat", name = "Linked", base_url = "http://127.0.0.1:1",
  completions_endpoint = "/v1/chat/completions", auth_type = "none" }`;

/** Started past the fixture, for what it does not know. */
const started: ElectronApplication[] = [];
test.afterEach(async () => {
  for (const app of started.splice(0)) await app.close().catch(() => undefined);
});

test('quick ask answers in a window of its own, whose chat opens in Parley', async ({ launch }) => {
  const { app, page } = await launch();
  await openPage(page, 'Settings');
  await page.getByRole('tab', { name: 'Desktop' }).click();
  await page.getByRole('button', { name: /^Change the key for quick ask/ }).click();
  await page.keyboard.press('Alt+Shift+F9');
  await expect(page.getByRole('button', { name: /^Change the key for quick ask/ })).toContainText('F9');
  expect(await app.evaluate(({ globalShortcut }) => globalShortcut.isRegistered('Alt+Shift+F9'))).toBe(true);

  // A key that somebody else has.
  await app.evaluate(({ globalShortcut }) => {
    const register = globalShortcut.register.bind(globalShortcut);
    globalShortcut.register = (key, press) => !key.includes('F8') && register(key, press);
  });
  await page.getByRole('button', { name: /^Change the key for quick ask/ }).click();
  await page.keyboard.press('Alt+Shift+F8');
  await expect(page.getByRole('alert')).toContainText('Alt+Shift+F8 is taken by another program');
  expect(await app.evaluate(({ globalShortcut }) => globalShortcut.isRegistered('Alt+Shift+F9'))).toBe(true);

  await page.getByLabel('Say when an answer is there').check();
  const small = await openQuickAsk(app);
  await hearNotifications(app);
  await expect(small.getByLabel('Model', { exact: true })).toContainText('eliza');
  await small.getByRole('textbox', { name: 'Question' }).fill('Men are all alike.');
  await small.keyboard.press('Enter');
  const answer = small.getByRole('article', { name: 'Answer' });
  await expect(answer).toContainText('In what way');
  await expect(answer).toHaveAttribute('aria-busy', 'false');
  await expect
    .poll(() => notifications(app))
    .toEqual([['The answer is there', expect.stringContaining('In what way')]]);
  // Escape closes the list of models, and not the window with it.
  await small.getByLabel('Model', { exact: true }).click();
  await small.keyboard.press('Escape');
  await expect(small.getByRole('listbox')).toBeHidden();
  expect(await visibleWindows(app)).toBe(2);
  // The same guards as in the large window.
  await app.evaluate(({ shell }) => {
    shell.openExternal = async () => undefined;
  });
  await small.evaluate(() => void window.open('https://example.com/'));
  await small.getByRole('textbox', { name: 'Question' }).press('Escape');
  await expect.poll(() => visibleWindows(app)).toBe(1);
  expect(app.windows()).toHaveLength(2);

  await clickMenu(app, 'Quick Ask');
  await expect.poll(() => visibleWindows(app)).toBe(2);
  await small.getByRole('button', { name: 'Open in Parley' }).click();
  await expect(page.getByRole('article')).toContainText('In what way');
  await expect.poll(() => visibleWindows(app)).toBe(1);
});

test('a link and a file from outside are asked about before anything is fetched or written', async ({
  launch,
  dataDir,
}) => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.end(script);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/linked.lua`;
  const { page } = await launch();

  await startAgain(dataDir, `parley://import?url=${encodeURIComponent(url)}`);
  const sheet = page.getByRole('dialog', { name: 'Fetch a provider script?' });
  await expect(sheet).toContainText(url);
  expect(asked).toEqual([]);
  await sheet.getByRole('button', { name: 'Fetch it' }).click();
  const review = page.getByRole('dialog', { name: /linked\.lua/ });
  await expect(review.getByRole('button', { name: 'Import' })).toBeEnabled();
  expect(asked).toEqual(['/linked.lua']);
  await review.getByRole('button', { name: 'Cancel' }).click();

  const file = join(dataDir, 'opened.lua');
  writeFileSync(file, script);
  await startAgain(dataDir, file);
  const opened = page.getByRole('dialog', { name: /opened\.lua/ });
  await opened.getByRole('button', { name: 'Cancel' }).click();

  // Chromium would kill the running Parley over a message of this size.
  await startAgain(dataDir, `parley://import?source=${'x'.repeat(40_000)}`);
  await startAgain(dataDir, 'parley://import?url=file:///etc/passwd');
  await expect(page.getByText('That link names an address Parley does not ask')).toBeVisible();
  await startAgain(dataDir, 'parley://open?page=usage');
  await expect(page.getByRole('heading', { name: 'Usage', level: 1 })).toBeVisible();
  expect(existsSync(join(dataDir, 'providers/linked.lua'))).toBe(false);
  expect(existsSync(join(dataDir, 'providers/opened.lua'))).toBe(false);
  server.close();
});

test('menus speak the reader’s language, and the tray keeps Parley when its window closes', async ({
  launch,
  dataDir,
}) => {
  const { app, page } = await launch();
  await recordTray(app);
  await clickMenu(app, 'Usage');
  await expect(page.getByRole('heading', { name: 'Usage', level: 1 })).toBeVisible();
  await clickMenu(app, 'Keyboard Shortcuts');
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
  await page.keyboard.press('Escape');

  await openPage(page, 'Settings');
  await page.getByRole('tab', { name: 'Desktop' }).click();
  await page.getByLabel('Keep running there when the window closes').check();
  await expect.poll(() => readFileSync(join(dataDir, 'parley.yaml'), 'utf8')).toContain('keep_in_tray: true');
  await clickTray(app, 'Pause the Gateway');
  await expect.poll(() => trayLabels(app)).toContain('The gateway is paused');
  await expect(page.getByRole('alert').filter({ hasText: 'It is paused' })).toBeVisible();
  await clickTray(app, 'Resume the Gateway');
  await expect
    .poll(() => trayLabels(app))
    .toContainEqual(expect.stringMatching(/^Gateway: 127\.0\.0\.1:\d+$/));

  await page.getByRole('tab', { name: 'Appearance' }).click();
  await page.getByLabel('Deutsch').check();
  await expect.poll(() => trayLabels(app)).toContain('Parley beenden');
  await page.close();
  await expect.poll(() => visibleWindows(app)).toBe(0);
  const again = app.waitForEvent('window');
  await clickTray(app, 'Parley öffnen');
  await expect((await again).getByRole('textbox', { name: 'Nachricht' })).toBeVisible();
});

test('a hidden start has no window until it is asked for', async ({ dataDir }) => {
  const { file, args } = parleyCommand({ dataDir });
  const app = await _electron.launch({ executablePath: file, args: [...args, '--hidden'] });
  started.push(app);
  // Its menus are there in the very moment a window would be.
  await expect.poll(() => menuLabelsOf(app)).toContain('Quick Ask');
  expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(0);
  const shown = app.waitForEvent('window');
  await startAgain(dataDir);
  const page = await shown;
  await expect(page.getByRole('textbox', { name: 'Message' })).toBeVisible();
  expect(await quit({ app, page })).toBe(0);
});

test('the data moves to another folder, and is in use there from the next start on', async () => {
  const home = mkdtempSync(join(tmpdir(), 'parley-home-'));
  const usual = join(home, 'Parley');
  const target = join(home, 'elsewhere');
  mkdirSync(usual);
  mkdirSync(join(home, 'full'));
  writeFileSync(join(home, 'full', 'a-file'), '');
  writeFileSync(join(usual, 'parley.yaml'), 'gateway: { port: 0 }\n');
  const first = await launchAtHome(home);
  await send(first.page, 'Men are all alike.');
  await expect(first.page.getByRole('article')).toHaveAttribute('aria-busy', 'false');
  await openPage(first.page, 'Settings');
  await first.page.getByRole('tab', { name: 'Backup' }).click();
  await chooseFolder(first.app, join(home, 'full'));
  await first.page.getByRole('button', { name: 'Move the data…' }).click();
  const dialog = first.page.getByRole('dialog', { name: 'Move the data' });
  await dialog.getByRole('button', { name: 'Move and start again' }).click();
  await expect(dialog.getByRole('alert')).toContainText('There are files in');
  await dialog.getByRole('button', { name: 'Cancel' }).click();

  await chooseFolder(first.app, target);
  await first.page.getByRole('button', { name: 'Move the data…' }).click();
  // What it would start is another process, which no test would end.
  await first.app.evaluate(({ app }) => {
    app.relaunch = () => undefined;
  });
  const ended = new Promise(resolve => first.app.process().once('exit', resolve));
  await dialog.getByRole('button', { name: 'Move and start again' }).click();
  await ended;
  expect(existsSync(join(usual, 'parley.db'))).toBe(true);
  expect(readFileSync(join(usual, 'MOVED.txt'), 'utf8')).toContain(target);

  const second = await launchAtHome(home);
  await second.page.getByRole('list', { name: 'Chats' }).getByRole('link').click();
  await expect(second.page.getByRole('article')).toContainText('In what way');
  const { dataDir } = await second.app.evaluate(({ app }) => ({ dataDir: app.getPath('userData') }));
  expect(dataDir).toBe(join(target, 'desktop'));
  expect(await quit(second)).toBe(0);
  rmSync(home, { recursive: true, force: true });
});

/** Parley without --data-dir, in a home of its own. */
async function launchAtHome(home: string): Promise<{ app: ElectronApplication; page: Page }> {
  const { file, args } = parleyCommand({ dataDir: '' });
  const { PARLEY_DATA_DIR: _dir, ...own } = process.env;
  const env = Object.fromEntries(
    Object.entries(own).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  const app = await _electron.launch({
    executablePath: file,
    args: args.slice(0, -2),
    env: { ...env, XDG_DATA_HOME: home },
  });
  started.push(app);
  const page = await app.firstWindow();
  await expect(page.getByRole('textbox', { name: 'Message' })).toBeVisible();
  return { app, page };
}

async function chooseFolder(app: ElectronApplication, path: string): Promise<void> {
  await app.evaluate(({ dialog }, chosen) => {
    dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [chosen] });
  }, path);
}

/** Starts Parley once more with the same data; that start hands over what it was given, and ends. */
async function startAgain(dataDir: string, ...more: string[]): Promise<void> {
  const { file, args } = parleyCommand({ dataDir });
  const second = spawn(file, [...args, ...more], { stdio: 'ignore' });
  expect(await new Promise(resolve => second.once('exit', resolve))).toBe(0);
}

async function openQuickAsk(app: ElectronApplication): Promise<Page> {
  const opened = app.waitForEvent('window');
  await clickMenu(app, 'Quick Ask');
  return opened;
}

/** As a person does who finds the words in the menu bar. */
async function clickMenu(app: ElectronApplication, label: string): Promise<void> {
  expect(await menuLabelsOf(app)).toContain(label);
  await app.evaluate(({ Menu }, wanted) => {
    const items = Menu.getApplicationMenu()?.items.flatMap(({ submenu }) => submenu?.items ?? []);
    items?.find(each => each.label === wanted)?.click();
  }, label);
}

function menuLabelsOf(app: ElectronApplication): Promise<string[]> {
  return app.evaluate(({ Menu }) => {
    const menus = Menu.getApplicationMenu()?.items ?? [];
    return menus.flatMap(({ submenu }) => submenu?.items.map(({ label }) => label) ?? []);
  });
}

type Recording = { trayMenu?: Electron.Menu; said?: [string, string][] };

/** What the system is asked to show, with every window said to be behind others. */
async function hearNotifications(app: ElectronApplication): Promise<void> {
  await app.evaluate(({ BrowserWindow, Notification }) => {
    const said: [string, string][] = [];
    Object.assign(globalThis, { said });
    BrowserWindow.getFocusedWindow = () => null;
    Notification.isSupported = () => true;
    Notification.prototype.show = function say() {
      said.push([this.title, this.body]);
    };
  });
}

function notifications(app: ElectronApplication): Promise<[string, string][]> {
  return app.evaluate(() => (globalThis as Recording).said ?? []);
}

/** Electron does not tell what an icon's menu is; from its next change on this does. */
async function recordTray(app: ElectronApplication): Promise<void> {
  await app.evaluate(({ Tray }) => {
    // Called on the icon itself, as the one it stands for was.
    const show: unknown = Reflect.get(Tray.prototype, 'setContextMenu');
    Tray.prototype.setContextMenu = function record(menu) {
      Object.assign(globalThis, { trayMenu: menu });
      if (typeof show === 'function') show.call(this, menu);
    };
  });
}

function trayLabels(app: ElectronApplication): Promise<string[]> {
  return app.evaluate(() => (globalThis as Recording).trayMenu?.items.map(({ label }) => label) ?? []);
}

async function clickTray(app: ElectronApplication, label: string): Promise<void> {
  await expect.poll(() => trayLabels(app)).toContain(label);
  await app.evaluate((_electron, wanted) => {
    (globalThis as Recording).trayMenu?.items.find(each => each.label === wanted)?.click();
  }, label);
}

function visibleWindows(app: ElectronApplication): Promise<number> {
  return app.evaluate(
    ({ BrowserWindow }) => BrowserWindow.getAllWindows().filter(window => window.isVisible()).length,
  );
}
