import type { MenuItemConstructorOptions } from 'electron';

import type { LinkPage } from '../contract/deep-link.ts';
import type { MenuCommand } from '../contract/desktop-calls.ts';
import type { MenuLabels } from '../contract/menu-labels.ts';
import { toAccelerator } from './accelerator.ts';

export type MenuActions = {
  /** Does a command of the page, in a window that is opened for it where there is none. */
  run(command: MenuCommand): void;
  openPage(page: LinkPage): void;
  quickAsk(): void;
  importScript(): void;
  openLink(address: string): void;
  openDataDir(): void;
};

export type MenuSetting = {
  /** Name in the macOS application menu. */
  appName: string;
  platform: NodeJS.Platform;
  /** Adds reload and the developer tools. */
  development: boolean;
  labels: MenuLabels;
  /** The keys of commands, as the page writes them. */
  keys: Partial<Record<MenuCommand, string>>;
};

type Item = MenuItemConstructorOptions;
type Parts = MenuSetting & { isMac: boolean; actions: MenuActions };

const separator: Item = { type: 'separator' };

/** The menu of the application: what every platform's people expect, and the page's own commands. */
export function applicationMenu(setting: MenuSetting, actions: MenuActions): Item[] {
  const parts = { ...setting, isMac: setting.platform === 'darwin', actions };
  return [
    ...(parts.isMac ? [macAppMenu(parts)] : []),
    fileMenu(parts),
    editMenu(parts),
    viewMenu(parts),
    chatMenu(parts),
    windowMenu(parts),
    helpMenu(parts),
  ];
}

function macAppMenu({ appName, labels, ...parts }: Parts): Item {
  return {
    label: appName,
    submenu: [
      { role: 'about', label: labels.about },
      separator,
      command({ labels, appName, ...parts }, 'settings', labels.settings),
      separator,
      { role: 'services', label: labels.services },
      separator,
      { role: 'hide', label: labels.hide },
      { role: 'hideOthers', label: labels.hide_others },
      { role: 'unhide', label: labels.show_all },
      separator,
      { role: 'quit', label: labels.quit },
    ],
  };
}

function fileMenu(parts: Parts): Item {
  const { labels, isMac, actions } = parts;
  return {
    label: labels.file,
    submenu: [
      command(parts, 'new-chat', labels.new_chat),
      { label: labels.quick_ask, click: () => actions.quickAsk() },
      separator,
      { label: labels.import_script, click: () => actions.importScript() },
      separator,
      ...(isMac ? [] : [command(parts, 'settings', labels.settings), separator]),
      { role: 'close', label: labels.close },
      ...(isMac ? [] : ([{ role: 'quit', label: labels.quit }] satisfies Item[])),
    ],
  };
}

function editMenu(parts: Parts): Item {
  const { labels } = parts;
  return {
    label: labels.edit,
    submenu: [
      { role: 'undo', label: labels.undo },
      { role: 'redo', label: labels.redo },
      separator,
      { role: 'cut', label: labels.cut },
      { role: 'copy', label: labels.copy },
      { role: 'paste', label: labels.paste },
      { role: 'pasteAndMatchStyle', label: labels.paste_plain },
      { role: 'selectAll', label: labels.select_all },
      separator,
      command(parts, 'find', labels.find),
    ],
  };
}

function viewMenu(parts: Parts): Item {
  const { labels, actions, development } = parts;
  const page = (name: LinkPage, label: string): Item => ({ label, click: () => actions.openPage(name) });
  const forDevelopers: Item[] = [
    { role: 'reload', label: labels.reload },
    { role: 'toggleDevTools', label: labels.developer },
    separator,
  ];
  return {
    label: labels.view,
    submenu: [
      command(parts, 'palette', labels.palette),
      command(parts, 'sidebar', labels.sidebar),
      separator,
      page('chat', labels.page_chat),
      page('providers', labels.page_providers),
      page('gateway', labels.page_gateway),
      page('usage', labels.page_usage),
      separator,
      ...(development ? forDevelopers : []),
      { role: 'resetZoom', label: labels.actual_size },
      { role: 'zoomIn', label: labels.zoom_in },
      { role: 'zoomOut', label: labels.zoom_out },
      separator,
      { role: 'togglefullscreen', label: labels.full_screen },
    ],
  };
}

function chatMenu(parts: Parts): Item {
  const { labels } = parts;
  return {
    label: labels.chat,
    submenu: [
      command(parts, 'composer', labels.composer),
      command(parts, 'model', labels.model),
      separator,
      command(parts, 'regenerate', labels.regenerate),
      command(parts, 'copy-last', labels.copy_last),
      command(parts, 'stop', labels.stop),
    ],
  };
}

function windowMenu({ labels, isMac }: Parts): Item {
  const front: Item[] = [separator, { role: 'front', label: labels.front }];
  return {
    // The role gives a Mac the list of windows.
    role: 'window',
    label: labels.window,
    submenu: [
      { role: 'minimize', label: labels.minimize },
      { role: 'zoom', label: labels.zoom },
      ...(isMac ? front : []),
    ],
  };
}

function helpMenu(parts: Parts): Item {
  const { labels, isMac, actions } = parts;
  return {
    role: 'help',
    label: labels.help,
    submenu: [
      command(parts, 'keys', labels.keys),
      { label: labels.open_data, click: () => actions.openDataDir() },
      {
        label: labels.lua_manual,
        click: () => actions.openLink('https://www.lua.org/manual/5.4/'),
      },
      ...(isMac ? [] : ([separator, { role: 'about', label: labels.about }] satisfies Item[])),
    ],
  };
}

/** The key stands there to be read: the page listens to it itself, and knows when it is not meant. */
function command({ keys, actions }: Parts, id: MenuCommand, label: string): Item {
  const accelerator = toAccelerator(keys[id] ?? '');
  return {
    id,
    label,
    click: () => actions.run(id),
    ...(accelerator === undefined ? {} : { accelerator, registerAccelerator: false }),
  };
}
