import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { findElectron } from './find-electron.ts';
import { runProgram } from './run-program.ts';

process.chdir(join(import.meta.dirname, '..'));
process.exitCode = await packageApp();

/** Builds, and lays the app out in release/ as it would be installed, without making an installer. */
async function packageApp(): Promise<number> {
  const code = await runProgram(process.execPath, ['scripts/build.ts']);
  if (code !== 0) return code;
  const builder = ['node_modules/electron-builder/cli.js', '--dir', '--publish', 'never'];
  return runProgram(process.execPath, [...builder, ...localElectron()]);
}

/** A runtime that is here already spares electron-builder the download of the same one. */
function localElectron(): string[] {
  const electron = findElectron();
  if ('missing' in electron) return [];
  const versionFile = join(electron.dir, 'version');
  if (!existsSync(versionFile)) return [];
  const version = readFileSync(versionFile, 'utf8').trim().replace(/^v/, '');
  return [`-c.electronDist=${electron.dir}`, `-c.electronVersion=${version}`];
}
