import type { MenuItemConstructorOptions } from 'electron';
import { describe, expect, it, vi } from 'vitest';

import { menuLabels } from '../../electron/contract/menu-labels.ts';
import { applicationMenu } from '../../electron/window/application-menu.ts';
import type { MenuActions } from '../../electron/window/application-menu.ts';
import { contextMenu } from '../../electron/window/context-menu.ts';
import { trayMenu } from '../../electron/window/tray-menu.ts';
import type { TrayActions } from '../../electron/window/tray-menu.ts';

const actions = {
  run: vi.fn<MenuActions['run']>(),
  openPage: vi.fn<MenuActions['openPage']>(),
  quickAsk: vi.fn<MenuActions['quickAsk']>(),
  importScript: vi.fn<MenuActions['importScript']>(),
  openLink: vi.fn<MenuActions['openLink']>(),
  openDataDir: vi.fn<MenuActions['openDataDir']>(),
};
const shared = {
  appName: 'Parley',
  development: false,
  labels: menuLabels,
  keys: { 'new-chat': 'Mod+N', stop: 'Escape' },
};

function submenu(menu: MenuItemConstructorOptions[], label: string): MenuItemConstructorOptions[] {
  const found = menu.find(item => item.label === label)?.submenu;
  return Array.isArray(found) ? found : [];
}

function click(items: MenuItemConstructorOptions[], label: string): void {
  const item = items.find(each => each.label === label);
  // Electron hands over the item, the window and the event, of which nothing is used.
  (item?.click as (() => void) | undefined)?.();
}

describe('applicationMenu', () => {
  it.each(['linux', 'win32', 'darwin'] as const)('has the usual menus on %s', platform => {
    const menu = applicationMenu({ ...shared, platform }, actions);
    const usual = ['&File', '&Edit', '&View', '&Chat', '&Window', '&Help'];
    expect(menu.map(({ label }) => label)).toEqual(platform === 'darwin' ? ['Parley', ...usual] : usual);
  });

  it('lets a Mac quit and hide from its own menu, and others quit from File', () => {
    const mac = applicationMenu({ ...shared, platform: 'darwin' }, actions);
    const roles = submenu(mac, 'Parley').map(({ role }) => role);
    expect(roles).toEqual(expect.arrayContaining(['about', 'hide', 'hideOthers', 'services', 'quit']));
    expect(submenu(mac, '&File').map(({ role }) => role)).not.toContain('quit');
    const linux = applicationMenu({ ...shared, platform: 'linux' }, actions);
    expect(submenu(linux, '&File').map(({ role }) => role)).toContain('quit');
  });

  it('offers the developer tools in development only', () => {
    const viewRoles = (development: boolean) =>
      submenu(applicationMenu({ ...shared, platform: 'linux', development }, actions), '&View').map(
        ({ role }) => role,
      );
    expect(viewRoles(true)).toContain('toggleDevTools');
    expect(viewRoles(false)).not.toContain('toggleDevTools');
    expect(viewRoles(false)).toEqual(
      expect.arrayContaining(['zoomIn', 'zoomOut', 'resetZoom', 'togglefullscreen']),
    );
  });

  it('runs the commands of the page, whose keys it shows and leaves to it', () => {
    const menu = applicationMenu({ ...shared, platform: 'linux' }, actions);
    const newChat = submenu(menu, '&File').find(({ id }) => id === 'new-chat');
    expect(newChat).toMatchObject({ accelerator: 'CommandOrControl+N', registerAccelerator: false });
    // Escape alone would be everybody's.
    expect(submenu(menu, '&Chat').find(({ id }) => id === 'stop')).not.toHaveProperty('accelerator');
    click(submenu(menu, '&File'), 'New Chat');
    click(submenu(menu, '&View'), 'Usage');
    click(submenu(menu, '&File'), 'Import Provider Script…');
    expect(actions.run).toHaveBeenCalledExactlyOnceWith('new-chat');
    expect(actions.openPage).toHaveBeenCalledExactlyOnceWith('usage');
    expect(actions.importScript).toHaveBeenCalledOnce();
  });
});

describe('trayMenu', () => {
  const trayActions = (): TrayActions => ({
    open: vi.fn<() => void>(),
    newChat: vi.fn<() => void>(),
    quickAsk: vi.fn<() => void>(),
    copyAddress: vi.fn<() => void>(),
    pause: vi.fn<() => void>(),
    resume: vi.fn<() => void>(),
    quit: vi.fn<() => void>(),
  });

  it('says where the gateway is, and pauses it', () => {
    const acts = trayActions();
    const state = { address: 'http://127.0.0.1:4141', isPaused: false, accelerator: 'Alt+Space' };
    const menu = trayMenu(state, menuLabels, acts);
    expect(menu.map(({ label, enabled }) => [label, enabled ?? true])).toEqual([
      ['Open Parley', true],
      ['New Chat', true],
      ['Quick Ask', true],
      [undefined, true],
      ['Gateway: 127.0.0.1:4141', false],
      ['Copy the Gateway’s Address', true],
      ['Pause the Gateway', true],
      [undefined, true],
      ['Quit Parley', true],
    ]);
    click(menu, 'Pause the Gateway');
    expect(acts.pause).toHaveBeenCalledOnce();
  });

  it.each([
    [{ address: null, isPaused: false }, 'The gateway does not run', 'Pause the Gateway', false],
    [{ address: null, isPaused: true }, 'The gateway is paused', 'Resume the Gateway', true],
  ])('of %j says %s', (state, line, action, canAct) => {
    const menu = trayMenu({ ...state, accelerator: undefined }, menuLabels, trayActions());
    expect(menu.map(({ label }) => label)).toContain(line);
    expect(menu.find(({ label }) => label === action)?.enabled ?? true).toBe(canAct);
    expect(menu.find(({ label }) => label === 'Copy the Gateway’s Address')?.enabled).toBe(false);
  });
});

describe('contextMenu', () => {
  const editFlags = {
    canUndo: false,
    canRedo: false,
    canCut: true,
    canCopy: true,
    canPaste: true,
    canDelete: true,
    canSelectAll: true,
    canEditRichly: false,
  };
  const nowhere = { isEditable: false, editFlags, selectionText: '', linkURL: '' };
  const copied: string[] = [];
  const copy = (text: string): void => void copied.push(text);

  it('is empty where there is nothing to do', () => {
    expect(contextMenu(nowhere, copy)).toEqual([]);
    expect(contextMenu({ ...nowhere, selectionText: '  ', linkURL: 'app://parley/#/chat' }, copy)).toEqual(
      [],
    );
  });

  it('offers copying what is selected, and editing where text can be edited', () => {
    expect(contextMenu({ ...nowhere, selectionText: 'a' }, copy)).toEqual([{ role: 'copy' }]);
    const roles = contextMenu({ ...nowhere, isEditable: true }, copy).map(({ role }) => role);
    expect(roles).toEqual(expect.arrayContaining(['cut', 'copy', 'paste', 'selectAll']));
  });

  it('copies the address of a link', () => {
    const [item] = contextMenu({ ...nowhere, linkURL: 'https://example.com/' }, copy);
    expect(item?.label).toBe('Copy Link');
    // The copy takes none of Electron's arguments.
    (item?.click as (() => void) | undefined)?.();
    expect(copied).toEqual(['https://example.com/']);
  });
});
