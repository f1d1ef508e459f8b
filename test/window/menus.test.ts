import type { MenuItemConstructorOptions } from 'electron';
import { describe, expect, it, vi } from 'vitest';

import { applicationMenu } from '../../electron/window/application-menu.ts';
import { contextMenu } from '../../electron/window/context-menu.ts';

const actions = { openLink: vi.fn<(address: string) => void>(), openDataDir: vi.fn<() => void>() };

function submenu(menu: MenuItemConstructorOptions[], where: (item: MenuItemConstructorOptions) => boolean) {
  const found = menu.find(where)?.submenu;
  return Array.isArray(found) ? found : [];
}

describe('applicationMenu', () => {
  it.each(['linux', 'win32', 'darwin'] as const)('has the usual menus on %s', platform => {
    const menu = applicationMenu({ appName: 'Parley', platform, development: false }, actions);
    const heads = menu.map(({ label, role }) => label ?? role);
    const usual = ['fileMenu', 'editMenu', '&View', 'windowMenu', 'help'];
    expect(heads).toEqual(platform === 'darwin' ? ['Parley', ...usual] : usual);
  });

  it('lets a Mac quit and hide from its own menu', () => {
    const menu = applicationMenu({ appName: 'Parley', platform: 'darwin', development: false }, actions);
    const roles = submenu(menu, ({ label }) => label === 'Parley').map(({ role }) => role);
    expect(roles).toEqual(expect.arrayContaining(['about', 'hide', 'hideOthers', 'services', 'quit']));
  });

  it('offers the developer tools in development only', () => {
    const viewRoles = (development: boolean) =>
      submenu(
        applicationMenu({ appName: 'Parley', platform: 'linux', development }, actions),
        item => item.label === '&View',
      ).map(({ role }) => role);
    expect(viewRoles(true)).toContain('toggleDevTools');
    expect(viewRoles(false)).not.toContain('toggleDevTools');
    expect(viewRoles(false)).toEqual(
      expect.arrayContaining(['zoomIn', 'zoomOut', 'resetZoom', 'togglefullscreen']),
    );
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
