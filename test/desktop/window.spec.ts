/// <reference lib="dom" />
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect } from '@playwright/test';
import type { ElectronApplication } from '@playwright/test';

import { parleyCommand, quit, test } from './parley-app.ts';

test('the page has no Node and no more than the bridge', async ({ launch }) => {
  const { page } = await launch();
  expect(page.url()).toMatch(/^app:\/\/parley\//);
  const found = await page.evaluate(() => ({
    node: [typeof require, typeof process, typeof module],
    bridge: Object.keys((window as unknown as { parley: object }).parley),
  }));
  expect(found).toEqual({ node: ['undefined', 'undefined', 'undefined'], bridge: ['call', 'on'] });
});

test('links open in the browser, and nothing leads the window away', async ({ launch }) => {
  const { app, page } = await launch();
  await app.evaluate(({ shell }) => {
    const opened: string[] = [];
    Object.assign(globalThis, { opened });
    shell.openExternal = async address => void opened.push(address);
  });
  const address = page.url();
  await page.evaluate(() => {
    const link = document.createElement('a');
    link.href = 'https://example.com/docs';
    document.body.append(link);
    link.click();
    link.target = '_blank';
    link.href = 'mailto:a@example.com';
    link.click();
    window.open('vscode://somewhere');
    link.remove();
  });
  const opened = (): Promise<string[]> =>
    app.evaluate(() => (globalThis as unknown as { opened: string[] }).opened);
  await expect.poll(opened).toEqual(['https://example.com/docs', 'mailto:a@example.com']);
  expect(page.url()).toBe(address);
  expect(app.windows()).toHaveLength(1);
});

test('the page gets no permission but to write to the clipboard', async ({ launch }) => {
  const { page } = await launch();
  const states = await page.evaluate(async () => {
    const names = ['geolocation', 'notifications', 'camera', 'clipboard-read', 'clipboard-write'];
    const found: Record<string, string> = {};
    for (const name of names) {
      found[name] = (await navigator.permissions.query({ name: name as PermissionName })).state;
    }
    return found;
  });
  expect(states).toEqual({
    geolocation: 'denied',
    notifications: 'denied',
    camera: 'denied',
    'clipboard-read': 'denied',
    'clipboard-write': 'granted',
  });
});

test('size and place are remembered', async ({ launch }) => {
  const first = await launch();
  await first.app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]?.setBounds({ x: 60, y: 70, width: 901, height: 633 }),
  );
  await expect.poll(() => boundsOf(first.app)).toMatchObject({ width: 901, height: 633 });
  const bounds = await boundsOf(first.app);
  expect(await quit(first)).toBe(0);
  const second = await launch();
  expect(await boundsOf(second.app)).toEqual(bounds);
});

test('a window that was on a display no longer there opens where it can be seen', async ({
  launch,
  dataDir,
}) => {
  const lost = { x: 90_000, y: -4000, width: 900, height: 600, maximized: false };
  writeFileSync(join(dataDir, 'window-state.json'), JSON.stringify(lost));
  const { app } = await launch();
  const { x, y } = await boundsOf(app);
  const area = await app.evaluate(({ screen }) => screen.getPrimaryDisplay().workArea);
  expect(x).toBeGreaterThanOrEqual(area.x);
  expect(x).toBeLessThan(area.x + area.width);
  expect(y).toBeGreaterThanOrEqual(area.y);
  expect(y).toBeLessThan(area.y + area.height);
});

test('a second start shows the first window and ends', async ({ launch, dataDir }) => {
  const { app } = await launch();
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.hide());
  const { file, args } = parleyCommand({ dataDir });
  const second = spawn(file, args, { stdio: 'ignore' });
  expect(await new Promise(resolve => second.once('exit', resolve))).toBe(0);
  const shown = (): Promise<boolean[]> =>
    app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().map(window => window.isVisible()));
  await expect.poll(shown).toEqual([true]);
});

test('another data directory is another Parley', async ({ launch }) => {
  await launch();
  const other = mkdtempSync(join(tmpdir(), 'parley-desktop-'));
  writeFileSync(join(other, 'parley.yaml'), 'gateway: { port: 0 }\n');
  const second = await launch({ dataDir: other });
  expect(await quit(second)).toBe(0);
  rmSync(other, { recursive: true, force: true });
});

test('a start that cannot work says why in one sentence', async ({ dataDir }) => {
  writeFileSync(join(dataDir, 'file'), '');
  const unwritable = await failedStart(join(dataDir, 'file', 'data'));
  expect(unwritable.code).toBe(1);
  expect(unwritable.box).toMatch(/^The data directory .* cannot be used, .*\.$/);

  writeFileSync(
    join(dataDir, 'parley.db'),
    'this is no database, and long enough to be read as one '.repeat(99),
  );
  const corrupt = await failedStart(dataDir);
  expect(corrupt.code).toBe(1);
  expect(corrupt.box).toMatch(/^[^\n]+\.$/);
  expect(corrupt.box).toContain('parley.db');
  expect(readFileSync(join(dataDir, 'parley.db'), 'utf8')).toContain('this is no database');
});

function boundsOf(
  app: ElectronApplication,
): Promise<{ x: number; y: number; width: number; height: number }> {
  return app.evaluate(({ BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows();
    if (window === undefined) throw new Error('There is no window.');
    return window.getBounds();
  });
}

/** Starts with a dialog box that answers itself, and reads what it said. */
async function failedStart(dataDir: string): Promise<{ code: number | null; box: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'parley-desktop-'));
  const stub = join(folder, 'stub.cjs');
  const said = join(folder, 'said');
  writeFileSync(
    stub,
    `require('electron').dialog.showErrorBox = (title, text) => require('fs').writeFileSync(${JSON.stringify(said)}, text);`,
  );
  const { file, args } = parleyCommand({ dataDir });
  const child = spawn(file, ['-r', stub, ...args], { stdio: 'ignore' });
  const code = await new Promise<number | null>(resolve => child.once('exit', resolve));
  const box = readFileSync(said, 'utf8');
  rmSync(folder, { recursive: true, force: true });
  return { code, box };
}
