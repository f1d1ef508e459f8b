import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { build, Platform } from 'electron-builder';
import type { Configuration } from 'electron-builder';
import { parse } from 'yaml';

import { checkPackage } from './check-package.ts';
import { findElectron } from './find-electron.ts';
import { runProgram } from './run-program.ts';

process.chdir(join(import.meta.dirname, '..'));
// The usual 9 takes many times as long for very little.
process.env['ELECTRON_BUILDER_COMPRESSION_LEVEL'] ??= '6';
process.exitCode = await packageApp(process.argv.slice(2));

/**
 * Builds, and lays the app out in release/ as it would be installed. Targets, such as `tar.gz deb`, are made beside it;
 * `--all` makes all that electron-builder.yml names for this system.
 */
async function packageApp(words: string[]): Promise<number> {
  const code = await runProgram(process.execPath, ['scripts/build.ts']);
  if (code !== 0) return code;
  const isAll = words.includes('--all');
  const targets = Platform.current().createTarget(isAll ? undefined : ['dir', ...words]);
  await build({ targets, config: readConfig(), publish: 'never' });
  return checkPackage('release', process.platform) ? 0 : 1;
}

/** What is added to electron-builder.yml, which electron-builder reads itself. */
function readConfig(): Configuration {
  // Safe: electron-builder checks it against its schema.
  const { electronFuses } = parse(readFileSync('electron-builder.yml', 'utf8')) as Configuration;
  const local = localElectron();
  const version = Number.parseInt(local.electronVersion ?? '', 10);
  const url = process.env['PARLEY_UPDATE_URL'];
  return {
    ...local,
    ...(url === undefined ? {} : { publish: { provider: 'generic', url } }),
    // The page comes from app://, never from a file. Runtimes before 29 do not have this fuse.
    ...(version < 29 ? {} : { electronFuses: { ...electronFuses, grantFileProtocolExtraPrivileges: false } }),
  };
}

/** A runtime that is here already spares electron-builder the download of the same one. */
function localElectron(): Configuration {
  const electron = findElectron();
  if ('missing' in electron) return {};
  const versionFile = join(electron.dir, 'version');
  if (!existsSync(versionFile)) return {};
  const electronVersion = readFileSync(versionFile, 'utf8').trim().replace(/^v/, '');
  return { electronDist: electron.dir, electronVersion };
}
