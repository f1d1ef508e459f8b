import { BrowserWindow, clipboard, dialog, Menu, nativeTheme, screen, shell } from 'electron';

import { contextMenu } from './context-menu.ts';
import { guardContents } from './guard-contents.ts';
import { pageOrigin } from './page-file.ts';
import { placeWindow, readWindowState, smallestWindow, writeWindowState } from './window-state.ts';

export type WindowOptions = {
  preloadFile: string;
  /** Where size and place are remembered. */
  stateFile: string;
  onProblem: (error: unknown) => void;
};

/** Milliseconds without a move or resize before the place is written. */
const settleTime = 500;

/** Opens Parley's window on the page. It shows itself with its first frame, so that nothing flashes. */
export function openWindow(options: WindowOptions): BrowserWindow {
  const place = placeWindow(readWindowState(options.stateFile), workAreas());
  const window = new BrowserWindow({
    x: place.x,
    y: place.y,
    width: place.width,
    height: place.height,
    minWidth: smallestWindow.width,
    minHeight: smallestWindow.height,
    show: false,
    backgroundColor: backgroundColor(),
    webPreferences: pagePreferences(options.preloadFile),
  });
  if (place.maximized) window.maximize();
  window.once('ready-to-show', () => window.show());
  guardWindow(window);
  rememberPlace(window, options);
  window.loadURL(`${pageOrigin}/`).catch(options.onProblem);
  return window;
}

/** What every window of ours may do, and no more. */
export function pagePreferences(preload: string): Electron.WebPreferences {
  return {
    preload,
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    webviewTag: false,
    // Chromium's own checker fetches dictionaries from a server; the Mac's does not.
    spellcheck: process.platform === 'darwin',
  };
}

/** Keeps a window on our page, in our colours, and usable after a crash of the page. */
export function guardWindow(window: BrowserWindow): void {
  guardContents(window.webContents, address => shell.openExternal(address));
  followTheme(window);
  offerContextMenu(window);
  offerReload(window);
}

/** Brings a window to the front, wherever it is. */
export function focusWindow(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}

function workAreas(): Electron.Rectangle[] {
  const primary = screen.getPrimaryDisplay();
  const others = screen.getAllDisplays().filter(({ id }) => id !== primary.id);
  return [primary, ...others].map(({ workArea }) => workArea);
}

/** The page's own background, in both themes: seen while it loads and while the window is being resized. */
export function backgroundColor(): string {
  return nativeTheme.shouldUseDarkColors ? '#161918' : '#fcfcfa';
}

function followTheme(window: BrowserWindow): void {
  const paint = (): void => window.setBackgroundColor(backgroundColor());
  nativeTheme.on('updated', paint);
  window.on('closed', () => nativeTheme.off('updated', paint));
}

function rememberPlace(window: BrowserWindow, { stateFile, onProblem }: WindowOptions): void {
  let timer: NodeJS.Timeout | undefined;
  const save = (): void => {
    clearTimeout(timer);
    try {
      writeWindowState(stateFile, { ...window.getNormalBounds(), maximized: window.isMaximized() });
    } catch (error) {
      onProblem(error);
    }
  };
  const saveSoon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(save, settleTime);
  };
  window.on('resize', saveSoon);
  window.on('move', saveSoon);
  window.on('maximize', saveSoon);
  window.on('unmaximize', saveSoon);
  window.on('close', save);
}

function offerContextMenu(window: BrowserWindow): void {
  window.webContents.on('context-menu', (_event, params) => {
    const items = contextMenu(params, text => void clipboard.writeText(text));
    if (items.length > 0) Menu.buildFromTemplate(items).popup({ window });
  });
}

/** A page that crashed leaves an empty window; chats are in the core, so loading it again loses nothing. */
function offerReload(window: BrowserWindow): void {
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit' || window.isDestroyed()) return;
    const question = {
      type: 'error' as const,
      message: 'The window stopped working.',
      detail: 'Your chats are safe, and answers that were being written go on.',
      buttons: ['Reload', 'Close'],
    };
    void dialog.showMessageBox(window, question).then(({ response }) => {
      if (response === 0) window.webContents.reload();
      else window.destroy();
    });
  });
}
