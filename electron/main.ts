import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { app, dialog, session } from 'electron';

import { bringWindowFiles } from './backup/move-data-dir.ts';
import { blockOnWorker } from './commands/block-on-worker.ts';
import { commandWords } from './commands/command-words.ts';
import { runInTerminal } from './commands/run-in-terminal.ts';
import { dataDirDecider, readMovedDataDir, resolveDataDir } from './config/data-dir.ts';
import { setDesktop } from './config/edit-config.ts';
import { parseDeepLink } from './contract/deep-link.ts';
import type { Arrival } from './contract/desktop-calls.ts';
import { toAppError } from './contract/errors.ts';
import { createCore } from './core.ts';
import type { Core } from './core.ts';
import { createDataMove } from './move-data.ts';
import type { DataMove } from './move-data.ts';
import { dumpFolder, openCrashLog } from './logs/crash-log.ts';
import { openKeychain } from './engine/keys/keychain.ts';
import { findResources } from './resources.ts';
import type { Resources } from './resources.ts';
import { findUpdateRoute } from './update-route.ts';
import { beCommandLine } from './window/be-command-line.ts';
import { connectPage } from './window/connect-page.ts';
import { createDesktop } from './window/create-desktop.ts';
import type { Desktop } from './window/create-desktop.ts';
import { endByForce } from './window/end-by-force.ts';
import type { NextStart } from './window/end-by-force.ts';
import { guardPermissions } from './window/guard-contents.ts';
import { readArrivals, readScript } from './window/read-arrivals.ts';
import { argsAgain, isTooLongToHand, readLaunch } from './window/read-launch.ts';
import type { Launch } from './window/read-launch.ts';
import { registerPageScheme, servePage } from './window/serve-page.ts';
import { openUpdateSource } from './window/update-source.ts';
import { createUpdater } from './window/updater.ts';
import { showFolder, watchCrashes } from './window/watch-crashes.ts';

/** Longest wait for streams and the database at the end, in milliseconds. */
const closingTime = 5000;

// Where Parley is installed the app is its own command line: no other program can run its code.
const words = commandWords(process.argv.slice(app.isPackaged ? 1 : 2));
if (words === undefined) {
  process.on('uncaughtException', failWith);
  void start().catch(failWith);
} else {
  beCommandLine({
    run: () => runInTerminal(words),
    runWithoutDisplay: () => blockOnWorker(join(import.meta.dirname, 'without-display.cjs'), words),
  });
}

async function start(): Promise<void> {
  const args = process.argv.slice(1);
  if (isTooLongToHand(args)) return refuseLink();
  const launch = readLaunch(args, process.cwd());
  const decision = { flag: launch.dataDir, env: process.env };
  const dataDir = resolveDataDir(decision);
  const dataDirFrom = dataDirDecider(decision);
  const moved = dataDirFrom === 'usual' ? readMovedDataDir() : undefined;
  if (moved) bringWindowFiles(moved.from, dataDir);
  // Chromium's own files: one folder then holds everything, and a second data directory is a second Parley.
  const chromiumDir = join(dataDir, 'desktop');
  mkdirSync(chromiumDir, { recursive: true, mode: 0o700 });
  app.setPath('userData', chromiumDir);
  // The lock belongs to the data directory: a second start with the same one hands its arguments to the first.
  if (!app.requestSingleInstanceLock({ args })) return app.exit(0);
  const waiting = listenForArrivals(readArrivals(launch));
  registerPageScheme();
  const resources = findResources();
  const logsDir = join(dataDir, 'logs');
  watchCrashes(openCrashLog(logsDir, resources.version), join(logsDir, dumpFolder));
  followSystem();
  await app.whenReady();
  const updater = createUpdater({
    source: openUpdateSource(() =>
      findUpdateRoute(core.config.current().network, { dataDir, env: process.env, keychain: openKeychain() }),
    ),
    stateFile: join(chromiumDir, 'updates.json'),
  });
  let desktop: Desktop | undefined;
  const { safe } = launch;
  const core = await createCore({
    dataDir,
    resources,
    safe,
    onProblem: report,
    desktop: () => desktop?.desk,
    updates: updater.desk,
    openFolder: showFolder,
  });
  const move = createDataMove(dataDir, core.store.copies);
  endCleanly(core, move);
  // The app works without its gateway; the page says why it does not run.
  await core.startGateway().catch(report);
  updater.start(() => core.config.current().updates);
  const hidden = startsHidden(launch, core);
  desktop = openDesktop(core, resources, { dataDir, dataDirFrom, hidden, move });
  waiting.handTo(desktop, hidden);
}

function refuseLink(): void {
  const sentence = 'This link is too long to be opened; save the script in it as a file, and open that.';
  dialog.showErrorBox('Parley', sentence);
  app.exit(0);
}

/** Programs find the app by these, where it is installed: in development they would find Electron. */
function followSystem(): void {
  if (app.isPackaged) app.setAsDefaultProtocolClient('parley');
  // Windows shows notifications of programs it knows by a name only: the installer's.
  if (process.platform === 'win32') app.setAppUserModelId('app.parley.desktop');
  // Under Wayland the desktop itself has to be asked for a key that works everywhere.
  if (process.env['XDG_SESSION_TYPE'] === 'wayland')
    app.commandLine.appendSwitch('enable-features', 'GlobalShortcutsPortal');
}

function startsHidden(launch: Launch, core: Core): boolean {
  const atLogin =
    launch.atLogin || (process.platform === 'darwin' && app.getLoginItemSettings().wasOpenedAtLogin);
  return launch.hidden || (atLogin && core.config.current().desktop.start_hidden);
}

/** What comes before there is a window waits for it; on a Mac that is how even the first link comes. */
function listenForArrivals(first: Arrival[]): { handTo(desktop: Desktop, hidden: boolean): void } {
  const early = [...first];
  let desktop: Desktop | undefined;
  const arrive = (...arrivals: Arrival[]): void => {
    if (desktop) desktop.show(...arrivals);
    else early.push(...arrivals);
  };
  app.on('open-url', (event, link) => {
    event.preventDefault();
    arrive(parseDeepLink(link));
  });
  app.on('open-file', (event, path) => {
    event.preventDefault();
    arrive(readScript(path));
  });
  app.on('second-instance', (_event, argv, folder, data) => {
    const launch = readLaunch(sentArgs(data) ?? argv.slice(1), folder);
    if (!launch.hidden && !launch.atLogin) arrive(...readArrivals(launch));
  });
  app.on('activate', () => arrive());
  return {
    handTo(ready, hidden) {
      desktop = ready;
      if (!hidden || early.length > 0) ready.show(...early.splice(0));
    },
  };
}

/** Chromium puts the arguments of a second start in another order, so it sends its own along. */
function sentArgs(data: unknown): string[] | undefined {
  const args = typeof data === 'object' && data !== null && 'args' in data ? data.args : undefined;
  return Array.isArray(args) && args.every(arg => typeof arg === 'string') ? args : undefined;
}

type Place = Pick<Parameters<typeof createDesktop>[0], 'dataDir' | 'dataDirFrom' | 'hidden'>;

function openDesktop(core: Core, resources: Resources, place: Place & { move: DataMove }): Desktop {
  const { move, ...options } = place;
  servePage(resources.pageDir);
  guardPermissions(session.defaultSession);
  connectPage(core.api);
  const desktop = createDesktop({
    ...options,
    core: {
      settings: () => core.config.current().desktop,
      change: patch => core.config.update(document => setDesktop(document, patch)),
      gateway: core.gateway,
      on: listener => core.api.on(listener),
      moveData: to => move.copyTo(to),
    },
    preloadFile: join(import.meta.dirname, 'preload.cjs'),
    iconsDir: join(resources.pageDir, 'tray'),
    relaunch,
    onProblem: report,
  });
  // Who leaves a window open decides what its end means; without a listener Electron would quit.
  app.on('window-all-closed', () => undefined);
  return desktop;
}

/** Known from the moment a relaunch is asked for. */
let nextStart: NextStart | undefined;

function relaunch(): void {
  const args = argsAgain(process.argv.slice(1));
  // An AppImage runs from a place that is gone with it.
  const appImage = process.env['APPIMAGE'];
  nextStart = appImage === undefined ? { args } : { args, execPath: appImage };
  app.relaunch(nextStart);
  app.quit();
}

/** The windows go at once; the process follows when answers are on disk and the database is closed. */
function endCleanly(core: Core, move: DataMove): void {
  let ending = false;
  app.on('will-quit', event => {
    event.preventDefault();
    if (ending) return;
    ending = true;
    const tooLate = new Promise<void>(resolve => setTimeout(resolve, closingTime));
    void Promise.race([core.close(), tooLate])
      .catch(report)
      .then(() => move.finish())
      .catch((error: unknown) => dialog.showErrorBox('Parley', toAppError(error).message))
      .finally(() => exitOrKill(core));
  });
}

/** Electron waits for every thread at its end; one that V8 does not let go would hold the process for ever. */
function exitOrKill(core: Core): void {
  session.defaultSession.flushStorageData();
  if (core.engine.countEnding() === 0) return app.exit(0);
  // The next start would find this one still there, and leave everything to it.
  app.releaseSingleInstanceLock();
  endByForce(nextStart);
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
