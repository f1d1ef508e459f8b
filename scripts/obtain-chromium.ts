import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { findChromium } from './find-chromium.ts';
import { runProgram } from './run-program.ts';

const playwrightCli = join(import.meta.dirname, '../node_modules/@playwright/test/cli.js');
const aptGet = '/usr/bin/apt-get';
/** A hanging mirror must not hang the tests. */
const installSeconds = '300';

/** A Chromium for the tests, installed where that can be done without asking; else why there is none. */
export async function obtainChromium(): Promise<{ file: string } | { missing: string }> {
  const here = findChromium();
  if (here !== undefined) return { file: here };
  const how = canInstallPackages() ? installWithApt : installWithPlaywright;
  console.log('No Chromium here; installing one …');
  const code = await how().catch(() => 1);
  const file = findChromium();
  if (file !== undefined) return { file };
  return {
    missing: `there is no Chromium, and installing one failed (exit code ${code}). Install chromium or Google Chrome, or set PLAYWRIGHT_CHROMIUM to its file.`,
  };
}

function canInstallPackages(): boolean {
  return process.getuid?.() === 0 && existsSync(aptGet);
}

async function installWithApt(): Promise<number> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const updated = await runProgram('timeout', [installSeconds, aptGet, 'update', '-qq'], { env });
  if (updated !== 0) return updated;
  const install = [aptGet, 'install', '-y', '-qq', '--no-install-recommends', 'chromium'];
  return runProgram('timeout', [installSeconds, ...install], { env });
}

function installWithPlaywright(): Promise<number> {
  return runProgram(process.execPath, [playwrightCli, 'install', 'chromium'], {
    started: child => setTimeout(() => child.kill(), Number(installSeconds) * 1000).unref(),
  });
}
