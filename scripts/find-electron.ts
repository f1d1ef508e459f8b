import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A runtime to start, or why there is none, as the end of a sentence. */
export type FoundElectron = { file: string; dir: string } | { missing: string };

const electronPackage = dirname(createRequire(import.meta.url).resolve('electron/package.json'));
/** Milliseconds without a new byte after which the download counts as impossible. */
const stalledAfter = 15_000;

/** The Electron that is here: the one the environment names, or the one npm's package downloaded before. */
export function findElectron(): FoundElectron {
  const override = process.env['ELECTRON_OVERRIDE_DIST_PATH'];
  const dir = override ?? join(electronPackage, 'dist');
  const file = join(dir, executableName());
  if (existsSync(file)) return { file, dir };
  return {
    missing: override === undefined ? 'Electron is not installed' : `there is no Electron in ${override}`,
  };
}

/** As findElectron, but lets npm's package download its runtime first; given up when no byte comes for 15 s. */
export async function obtainElectron(): Promise<FoundElectron> {
  const here = findElectron();
  if ('file' in here || process.env['ELECTRON_OVERRIDE_DIST_PATH'] !== undefined) return here;
  const installed = await downloadElectron();
  if (!installed) return { missing: 'Electron could not be downloaded' };
  return findElectron();
}

/**
 * Why Chromium's sandbox cannot start here, or undefined. Some Linux systems (Ubuntu since 23.10) let only
 * programs they know make user namespaces, and the helper of a runtime from npm is not setuid root.
 */
export function sandboxProblem(electronDir: string): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() === 0) return undefined;
  const restricted = [
    'kernel/apparmor_restrict_unprivileged_userns',
    'kernel/unprivileged_userns_clone',
  ].some((name, index) => readSetting(name) === (index === 0 ? '1' : '0'));
  const helper = join(electronDir, 'chrome-sandbox');
  const stats = statSync(helper, { throwIfNoEntry: false });
  const setuidRoot = stats !== undefined && stats.uid === 0 && (stats.mode & 0o4000) !== 0;
  if (!restricted || setuidRoot) return undefined;
  return `Electron's sandbox is not allowed here (sudo chown root ${helper} && sudo chmod 4755 ${helper} allows it)`;
}

function executableName(): string {
  if (process.platform === 'win32') return 'electron.exe';
  return process.platform === 'darwin' ? 'Electron.app/Contents/MacOS/Electron' : 'electron';
}

function readSetting(name: string): string | undefined {
  try {
    return readFileSync(join('/proc/sys', name), 'utf8').trim();
  } catch {
    return undefined;
  }
}

/** Runs the package's own installer; its partial file, in a folder of ours, tells a slow line from a dead one. */
function downloadElectron(): Promise<boolean> {
  const partial = mkdtempSync(join(tmpdir(), 'parley-electron-'));
  const child = spawn(process.execPath, [join(electronPackage, 'install.js')], {
    stdio: 'ignore',
    // A group of its own, so that whatever the installer starts ends with it.
    detached: process.platform !== 'win32',
    env: { ...process.env, TMPDIR: partial, TEMP: partial, TMP: partial },
  });
  return new Promise(resolve => {
    const stop = (): void => killGroup(child.pid);
    const watch = watchGrowth(partial, stop);
    process.once('SIGINT', stop).once('SIGTERM', stop);
    child.once('error', () => resolve(false));
    child.once('close', code => {
      clearInterval(watch);
      process.off('SIGINT', stop).off('SIGTERM', stop);
      rmSync(partial, { recursive: true, force: true });
      resolve(code === 0);
    });
  });
}

function watchGrowth(folder: string, stop: () => void): NodeJS.Timeout {
  let size = 0;
  let grewAt = performance.now();
  let told = false;
  return setInterval(() => {
    const now = folderSize(folder);
    if (now > size) {
      if (!told) console.error('Downloading Electron, once …');
      told = true;
      size = now;
      grewAt = performance.now();
    } else if (performance.now() - grewAt > stalledAfter) stop();
  }, 250);
}

function folderSize(folder: string): number {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map(name => join(folder, name));
  const files = paths.map(path => statSync(path, { throwIfNoEntry: false })).filter(stats => stats?.isFile());
  return files.reduce((sum, stats) => sum + (stats?.size ?? 0), 0);
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    // It ended by itself in the meantime.
  }
}
