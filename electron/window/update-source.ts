import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { app } from 'electron';
import type { ProxyConfig } from 'electron';
import { autoUpdater } from 'electron-updater';

import type { UpdateSource } from './updater.ts';

/** The way out, as it is configured now. */
type Route = {
  proxy: ProxyConfig;
  logins: ReadonlyMap<string, { user: string; password: string }>;
};

/** Times a proxy is told who asks, in one check or download. */
const mostLogins = 5;

/** electron-updater as it is used here: it tells, and does nothing else unasked. */
export function openUpdateSource(findRoute: () => Promise<Route>): UpdateSource | string {
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
  let logins: Route['logins'] = new Map();
  let asked = 0;
  autoUpdater.on('login', ({ isProxy, host, port }, callback) => {
    const login = isProxy ? logins.get(`${host}:${String(port)}`) : undefined;
    // A proxy that refuses it asks again, without end.
    if (login !== undefined && ++asked <= mostLogins) callback(login.user, login.password);
    // Safe: without a name Electron takes it as a no.
    else (callback as () => void)();
  });
  // A changed setting holds at once, as it does for upstreams.
  const takeRoute = async (): Promise<void> => {
    const route = await findRoute();
    logins = route.logins;
    asked = 0;
    await autoUpdater.netSession.setProxy(route.proxy);
    await autoUpdater.netSession.closeAllConnections();
  };
  return {
    installs: process.platform !== 'linux' || isAppImage,
    async check() {
      await takeRoute();
      const found = await autoUpdater.checkForUpdates();
      return found?.isUpdateAvailable === true ? found.updateInfo.version : null;
    },
    async download(onProgress) {
      const tell = ({ percent }: { percent: number }): void => onProgress(percent / 100);
      await takeRoute();
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
