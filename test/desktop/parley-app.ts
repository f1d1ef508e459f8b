/// <reference lib="dom" />
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { _electron, expect, test as base } from '@playwright/test';
import type { ElectronApplication, Page } from '@playwright/test';

import { findElectron } from '../../scripts/find-electron.ts';

export const root = join(import.meta.dirname, '../..');

export type LaunchOptions = {
  dataDir: string;
  env?: Record<string, string>;
  /** A packaged app instead of the build in dist/. */
  executable?: string;
};

export type ParleyApp = { app: ElectronApplication; page: Page };

type Fixtures = {
  /** An empty data directory whose gateway takes any free port. */
  dataDir: string;
  launch: (options?: Partial<LaunchOptions>) => Promise<ParleyApp>;
};

export const test = base.extend<Fixtures>({
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads the wanted fixtures off this pattern
  dataDir: async ({}, use) => {
    const dataDir = mkdtempSync(join(tmpdir(), 'parley-desktop-'));
    writeFileSync(join(dataDir, 'parley.yaml'), 'gateway: { port: 0 }\n');
    await use(dataDir);
    rmSync(dataDir, { recursive: true, force: true });
  },
  launch: async ({ dataDir }, use) => {
    const started: ElectronApplication[] = [];
    const problems: string[] = [];
    await use(async options => {
      const launched = await launchParley({ dataDir, ...options });
      started.push(launched.app);
      // Violations of the content security policy arrive here as well.
      launched.page.on('console', message => {
        if (message.type() === 'error') problems.push(message.text());
      });
      launched.page.on('pageerror', error => problems.push(String(error)));
      return launched;
    });
    for (const app of started) await app.close().catch(() => undefined);
    expect(problems).toEqual([]);
  },
});

/** Program and arguments that start Parley; Chromium's sandbox cannot be used by root, for whom tests often run. */
export function parleyCommand({ dataDir, executable }: LaunchOptions): { file: string; args: string[] } {
  const electron = findElectron();
  if (executable === undefined && 'missing' in electron) throw new Error(electron.missing);
  const file = executable ?? ('file' in electron ? electron.file : '');
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const app = executable === undefined ? [root] : [];
  return { file, args: [...asRoot, '--disable-gpu', ...app, '--data-dir', dataDir] };
}

async function launchParley(options: LaunchOptions): Promise<ParleyApp> {
  const { file, args } = parleyCommand(options);
  // Nothing from outside may decide for the test: neither keys nor somebody's own data directory.
  const { PARLEY_DATA_DIR: _dir, ...own } = process.env;
  const env = Object.fromEntries(
    Object.entries(own).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  const app = await _electron.launch({ executablePath: file, args, env: { ...env, ...options.env } });
  const page = await app.firstWindow();
  await expect(page.getByRole('textbox', { name: 'Message' })).toBeVisible();
  return { app, page };
}

export async function send(page: Page, text: string): Promise<void> {
  // Backends are asked for their models first; until then there is nobody to send to.
  await expect(page.getByLabel('Model', { exact: true })).toContainText(/eliza|parrot/);
  await page.getByRole('textbox', { name: 'Message' }).fill(text);
  await page.getByRole('button', { name: 'Send' }).click();
}

export async function openPage(page: Page, name: string): Promise<void> {
  await page.getByRole('navigation').getByRole('link', { name }).click();
}

/** Drops a file on the window; a synthetic file has a name and bytes, and no path. */
export async function dropFile(page: Page, name: string, source: string): Promise<void> {
  const dataTransfer = await page.evaluateHandle(
    ([name, source]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([source], name));
      return transfer;
    },
    [name, source] as const,
  );
  for (const type of ['dragenter', 'dragover', 'drop'])
    await page.dispatchEvent('body', type, { dataTransfer });
}

/**
 * Ends the app as a person does, and gives its exit code. V8 up to 11.4 (Electron 25) holds a worker back now and then,
 * and the app, its work done, then ends itself by a signal: there that counts as an exit.
 */
export async function quit({ app }: ParleyApp): Promise<number | null> {
  const child = app.process();
  const v8 = await app.evaluate(() => Number.parseFloat(process.versions.v8));
  const ended = new Promise<number | null>(resolve => {
    child.once('exit', (code, signal) => resolve(signal === 'SIGKILL' && v8 < 12 ? 0 : code));
  });
  // The answer to this call may be lost with the process.
  await app.evaluate(({ app }) => app.quit()).catch(() => undefined);
  return ended;
}
