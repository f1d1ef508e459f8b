import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { app } from 'electron';
import { autoUpdater } from 'electron-updater';

import type { UpdateSource } from './updater.ts';

/** electron-updater as it is used here: it tells, and does nothing else unasked. */
export function openUpdateSource(): UpdateSource | string {
  if (!app.isPackaged) return 'Parley runs from its source, where newer versions come with it.';
  if (!existsSync(join(process.resourcesPath, 'app-update.yml'))) {
    return 'This build was not told where newer versions are.';
  }
  const isAppImage = process.env['APPIMAGE'] !== undefined;
  autoUpdater.autoDownload = false;
  autoUpdater.autoInstallOnAppQuit = false;
  autoUpdater.disableWebInstaller = true;
  autoUpdater.allowDowngrade = false;
  autoUpdater.logger = null;
  // It would send a number of its own for every installation, for releases that go to a part of them first.
  autoUpdater.requestHeaders = { 'x-user-staging-id': 'none' };
  autoUpdater.isUserWithinRollout = () => true;
  // Without this a Linux package that is no AppImage is not even told.
  autoUpdater.forceDevUpdateConfig = process.platform === 'linux' && !isAppImage;
  // Its errors come with the calls; an "error" event nobody listens to would end the program.
  autoUpdater.on('error', () => undefined);
  return {
    installs: process.platform !== 'linux' || isAppImage,
    async check() {
      const found = await autoUpdater.checkForUpdates();
      return found?.isUpdateAvailable === true ? found.updateInfo.version : null;
    },
    async download(onProgress) {
      const tell = ({ percent }: { percent: number }): void => onProgress(percent / 100);
      autoUpdater.on('download-progress', tell);
      try {
        await autoUpdater.downloadUpdate();
      } finally {
        autoUpdater.off('download-progress', tell);
      }
    },
    install: () => autoUpdater.quitAndInstall(),
  };
}
