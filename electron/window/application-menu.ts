import type { MenuItemConstructorOptions } from 'electron';

export type MenuActions = {
  openLink(address: string): void;
  openDataDir(): void;
};

export type MenuSetting = {
  /** Name in the macOS application menu. */
  appName: string;
  platform: NodeJS.Platform;
  /** Adds reload and the developer tools. */
  development: boolean;
};

/** The menu of the application, with the roles every platform's people expect. */
export function applicationMenu(setting: MenuSetting, actions: MenuActions): MenuItemConstructorOptions[] {
  const mac = setting.platform === 'darwin';
  return [
    ...(mac ? [macAppMenu(setting.appName)] : []),
    { role: 'fileMenu' },
    { role: 'editMenu' },
    viewMenu(setting.development),
    { role: 'windowMenu' },
    helpMenu(mac, actions),
  ];
}

function macAppMenu(label: string): MenuItemConstructorOptions {
  return {
    label,
    submenu: [
      { role: 'about' },
      { type: 'separator' },
      { role: 'services' },
      { type: 'separator' },
      { role: 'hide' },
      { role: 'hideOthers' },
      { role: 'unhide' },
      { type: 'separator' },
      { role: 'quit' },
    ],
  };
}

function viewMenu(development: boolean): MenuItemConstructorOptions {
  const forDevelopers: MenuItemConstructorOptions[] = [
    { role: 'reload' },
    { role: 'toggleDevTools' },
    { type: 'separator' },
  ];
  return {
    label: '&View',
    submenu: [
      ...(development ? forDevelopers : []),
      { role: 'resetZoom' },
      { role: 'zoomIn' },
      { role: 'zoomOut' },
      { type: 'separator' },
      { role: 'togglefullscreen' },
    ],
  };
}

function helpMenu(mac: boolean, actions: MenuActions): MenuItemConstructorOptions {
  return {
    role: 'help',
    submenu: [
      { label: 'Open Data Folder', click: () => actions.openDataDir() },
      {
        label: 'Lua Manual',
        click: () => actions.openLink('https://www.lua.org/manual/5.4/'),
      },
      ...(mac ? [] : ([{ type: 'separator' }, { role: 'about' }] satisfies MenuItemConstructorOptions[])),
    ],
  };
}
