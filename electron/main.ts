import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { app, dialog, Menu, session, shell } from 'electron';
import type { BrowserWindow } from 'electron';

import { resolveDataDir } from './config/data-dir.ts';
import { toAppError } from './contract/errors.ts';
import { createCore } from './core.ts';
import type { Core } from './core.ts';
import { findResources } from './resources.ts';
import type { Resources } from './resources.ts';
import { applicationMenu } from './window/application-menu.ts';
import { connectPage } from './window/connect-page.ts';
import { guardPermissions } from './window/guard-contents.ts';
import { focusWindow, openWindow } from './window/open-window.ts';
import { registerPageScheme, servePage } from './window/serve-page.ts';

/** Longest wait for streams and the database at the end, in milliseconds. */
const closingTime = 5000;

process.on('uncaughtException', failWith);
void start().catch(failWith);

async function start(): Promise<void> {
  const dataDir = resolveDataDir({ flag: dataDirFlag(), env: process.env });
  // Chromium's own files: one folder then holds everything, and a second data directory is a second Parley.
  const chromiumDir = join(dataDir, 'desktop');
  mkdirSync(chromiumDir, { recursive: true, mode: 0o700 });
  app.setPath('userData', chromiumDir);
  // The lock belongs to the data directory: a second start with the same one shows the first one's window.
  if (!app.requestSingleInstanceLock()) return app.exit(0);
  registerPageScheme();
  await app.whenReady();
  const resources = findResources();
  const core = await createCore({ dataDir, resources, safe: hasFlag('safe'), onProblem: report });
  endCleanly(core);
  // The app works without its gateway; the page says why it does not run.
  await core.startGateway().catch(report);
  showApp(core, dataDir, resources);
}

/** Among the switches that are Chromium's. */
function hasFlag(name: string): boolean {
  return process.argv.slice(1).includes(`--${name}`);
}

/** Our one option with a value, among the switches that are Chromium's. */
function dataDirFlag(): string | undefined {
  const options = { 'data-dir': { type: 'string' } } as const;
  const { values } = parseArgs({ args: process.argv.slice(1), options, strict: false });
  const flag = values['data-dir'];
  // Without a value it is `true`; the empty name is refused with a sentence.
  return typeof flag === 'boolean' ? '' : flag;
}

function showApp(core: Core, dataDir: string, resources: Resources): void {
  servePage(resources.pageDir);
  guardPermissions(session.defaultSession);
  connectPage(core.api);
  setMenu(dataDir);
  const preloadFile = join(import.meta.dirname, 'preload.cjs');
  const open = (): BrowserWindow =>
    openWindow({ preloadFile, stateFile: join(dataDir, 'window-state.json'), onProblem: report });
  let window: BrowserWindow | undefined;
  const show = (): void => {
    if (window === undefined || window.isDestroyed()) window = open();
    else focusWindow(window);
  };
  show();
  app.on('second-instance', show);
  app.on('activate', show);
  app.on('window-all-closed', () => {
    // On a Mac an application stays without a window, and the gateway with it.
    if (process.platform !== 'darwin') app.quit();
  });
}

function setMenu(dataDir: string): void {
  const setting = { appName: app.name, platform: process.platform, development: !app.isPackaged };
  const menu = applicationMenu(setting, {
    openLink: address => void shell.openExternal(address).catch(report),
    openDataDir: () => void shell.openPath(dataDir),
  });
  Menu.setApplicationMenu(Menu.buildFromTemplate(menu));
}

/** The windows go at once; the process follows when answers are on disk and the database is closed. */
function endCleanly(core: Core): void {
  let ending = false;
  app.on('will-quit', event => {
    event.preventDefault();
    if (ending) return;
    ending = true;
    const tooLate = new Promise<void>(resolve => setTimeout(resolve, closingTime));
    void Promise.race([core.close(), tooLate])
      .catch(report)
      .finally(() => app.exit(0));
  });
}

function report(error: unknown): void {
  process.stderr.write(`${toAppError(error).message}\n`);
}

/** One sentence for the person instead of a stack. */
function failWith(error: unknown): void {
  report(error);
  dialog.showErrorBox('Parley has to stop', toAppError(error).message);
  app.exit(1);
}
