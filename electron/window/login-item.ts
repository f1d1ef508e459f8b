import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

import { app } from 'electron';

import { AppError } from '../contract/errors.ts';
import { autostartFile } from './autostart-file.ts';

/** Whether the system starts Parley at login. That belongs to the machine, so parley.yaml says nothing of it. */
export type LoginItem = { isPossible: boolean; isOn(): boolean; set(on: boolean): void };

/** `ownArgs` come beside the one that tells such a start from others. */
export function openLoginItem(ownArgs: readonly string[], env: NodeJS.ProcessEnv): LoginItem {
  // In development the program is Electron's own.
  if (!app.isPackaged) return { isPossible: false, isOn: () => false, set: refuse };
  const args = ['--at-login', ...ownArgs];
  if (process.platform === 'linux') return openAutostart(args, env);
  const item = { path: process.execPath, args };
  return {
    isPossible: true,
    isOn: () => app.getLoginItemSettings(item).openAtLogin,
    set: on => app.setLoginItemSettings({ ...item, openAtLogin: on }),
  };
}

function openAutostart(args: readonly string[], env: NodeJS.ProcessEnv): LoginItem {
  const file = join(env['XDG_CONFIG_HOME'] || join(homedir(), '.config'), 'autostart', 'parley.desktop');
  return {
    isPossible: true,
    isOn: () => existsSync(file),
    set(on) {
      try {
        if (!on) return rmSync(file, { force: true });
        mkdirSync(dirname(file), { recursive: true });
        // An AppImage runs from a place that is gone with it.
        writeFileSync(file, autostartFile(env['APPIMAGE'] ?? process.execPath, args));
      } catch (cause) {
        throw new AppError('data_dir_unwritable', `${file} could not be written; make its folder writable.`, {
          cause,
        });
      }
    },
  };
}

function refuse(): void {
  throw new AppError('invalid_request', 'Only an installed Parley can start at login.');
}
