import { join } from 'node:path';

import { app, BrowserWindow, clipboard, dialog, globalShortcut, Menu, Notification, shell } from 'electron';

import { wordBudgetNotice } from '../contract/budget-notice.ts';
import type { BudgetNotice } from '../contract/budget-notice.ts';
import type { ChatMessage } from '../contract/chats.ts';
import type { DesktopConfig } from '../contract/desktop-config.ts';
import type { Arrival, DesktopDesk, DesktopState } from '../contract/desktop-calls.ts';
import { toAppError } from '../contract/errors.ts';
import { toAccelerator } from './accelerator.ts';
import { createAnswerNews } from './answer-news.ts';
import type { Told } from './answer-news.ts';
import { applicationMenu } from './application-menu.ts';
import type { MenuActions } from './application-menu.ts';
import { tellPages } from './connect-page.ts';
import { createDesktopDesk } from './desktop-desk.ts';
import { createGlobalShortcut } from './global-shortcut.ts';
import type { GlobalShortcut } from './global-shortcut.ts';
import { openLoginItem } from './login-item.ts';
import { focusWindow, openWindow } from './open-window.ts';
import { createTrayIcon } from './open-tray.ts';
import { createQuickAsk } from './quick-ask-window.ts';
import type { QuickAsk } from './quick-ask-window.ts';
import { readScript } from './read-arrivals.ts';
import { readToldTexts } from './told-texts.ts';
import type { ToldTexts } from './told-texts.ts';
import { trayMenu } from './tray-menu.ts';

/** What the core offers the desktop around its window. */
export type DesktopCore = {
  settings: () => DesktopConfig;
  /** Writes to parley.yaml. */
  change(patch: { [Field in keyof DesktopConfig]?: DesktopConfig[Field] | undefined }): Promise<unknown>;
  gateway: { address(): { url: string } | null; isPaused(): boolean; pause(paused: boolean): Promise<void> };
  on(listener: (event: { name: string; payload: unknown }) => void): () => void;
  /** Copies the data directory, and has it used from the next start on. */
  moveData(to: string): Promise<void>;
};

export type DesktopOptions = {
  core: DesktopCore;
  preloadFile: string;
  iconsDir: string;
  dataDir: string;
  dataDirFrom: DesktopState['data_dir_from'];
  /** No window yet: it waits beside the clock. */
  hidden: boolean;
  relaunch: () => void;
  onProblem: (error: unknown) => void;
};

export type Desktop = {
  desk: DesktopDesk;
  /** Shows the window, with what came from outside for it. */
  show(...arrivals: Arrival[]): void;
};

/** What all parts of the desktop share. */
export type DesktopParts = {
  options: DesktopOptions;
  told: ToldTexts;
  toldFile: string;
  arrivals: Arrival[];
  shortcut: GlobalShortcut;
  quickAsk: QuickAsk;
  login: ReturnType<typeof openLoginItem>;
  show: (...arrivals: Arrival[]) => void;
  /** Brings menus, tray and shortcut in line with settings, language and gateway. */
  follow(): void;
};

/** Everything around the page: its window, menus, the icon beside the clock, quick ask, and what the system says. */
export function createDesktop(options: DesktopOptions): Desktop {
  const { preloadFile, dataDir, dataDirFrom, onProblem } = options;
  const quickAsk = createQuickAsk({ preloadFile, onProblem });
  const toldFile = join(dataDir, 'desktop', 'menu.json');
  const ownArgs = dataDirFrom === 'flag' ? [`--data-dir=${dataDir}`] : [];
  const tray = createTrayIcon({ iconsDir: options.iconsDir, onClick: () => parts.show(), onProblem });
  const parts: DesktopParts = {
    options,
    told: readToldTexts(toldFile),
    toldFile,
    arrivals: [],
    quickAsk,
    shortcut: createGlobalShortcut(globalShortcut, process.platform, () => quickAsk.toggle()),
    login: openLoginItem(ownArgs, process.env),
    show: createShow(options, quickAsk, arrivals => {
      parts.arrivals.push(...arrivals);
      if (arrivals.length > 0) tellPages('desktop.arrived', {});
    }),
    follow() {
      const { quick_ask_shortcut: shortcut } = options.core.settings();
      parts.shortcut.use(shortcut);
      Menu.setApplicationMenu(Menu.buildFromTemplate(menuOf(parts)));
      tray.show(hasTray(options) ? trayOf(parts) : null);
    },
  };
  parts.follow();
  const news = createAnswerNews(() => parts.told.labels);
  const announce = createAnnouncer(parts);
  options.core.on(event => hear(event, parts, { news, announce }));
  app.on('will-quit', () => globalShortcut.unregisterAll());
  return { desk: createDesktopDesk(parts), show: (...arrivals) => parts.show(...arrivals) };
}

/** Opens the window, or brings it to the front. What arrives waits until its page asks. */
function createShow(
  options: DesktopOptions,
  quickAsk: QuickAsk,
  arrive: (arrivals: Arrival[]) => void,
): DesktopParts['show'] {
  const { preloadFile, dataDir, onProblem } = options;
  let window: BrowserWindow | undefined;
  return (...arrivals) => {
    if (window === undefined || window.isDestroyed()) {
      window = openWindow({ preloadFile, stateFile: join(dataDir, 'window-state.json'), onProblem });
      window.on('closed', () => {
        if (staysOpen(options)) return;
        // A hidden window is one, too: the app would stay without a way to it.
        quickAsk.destroy();
        app.quit();
      });
    } else focusWindow(window);
    arrive(arrivals);
  };
}

/** Whether Parley goes on when its window is closed. On a Mac an application stays without one. */
function staysOpen({ core, hidden }: DesktopOptions): boolean {
  return process.platform === 'darwin' || hidden || core.settings().keep_in_tray;
}

function hasTray(options: DesktopOptions): boolean {
  const { tray_icon: wanted, keep_in_tray: kept } = options.core.settings();
  // Without a window and without an icon nobody would find it again.
  return wanted || kept || options.hidden;
}

type Announce = (told: Told, arrival: Arrival) => void;

/** Says something through the system where no window of ours is in front; a click leads to it. */
function createAnnouncer({ show }: DesktopParts): Announce {
  // Kept until it is closed: one that is garbage collected does not hear the click.
  const shown = new Set<Notification>();
  return (told, arrival) => {
    if (BrowserWindow.getFocusedWindow() !== null || !Notification.isSupported()) return;
    const notification = new Notification(told);
    shown.add(notification);
    notification.on('click', () => show(arrival));
    notification.on('close', () => shown.delete(notification));
    notification.show();
  };
}

type CoreEvent = { name: string; payload: unknown };

type Voice = { announce: Announce; news: ReturnType<typeof createAnswerNews> };

function hear({ name, payload }: CoreEvent, parts: DesktopParts, { announce, news }: Voice): void {
  if (name === 'app.changed') return parts.follow();
  if (name === 'message.changed') {
    const { message } = payload as { message: ChatMessage }; // as the contract's ApiEvents say
    const told = news(message);
    if (told && parts.options.core.settings().notify_answers)
      announce(told, { type: 'open_chat', chat_id: message.chat_id });
  }
  if (name === 'budgets.notice') {
    const notice = payload as BudgetNotice; // the same
    announce(wordBudgetNotice(notice, parts.told.labels), { type: 'open_path', path: '/usage/budgets' });
  }
}

function menuOf(parts: DesktopParts): Electron.MenuItemConstructorOptions[] {
  const { options, told, show, quickAsk } = parts;
  const setting = { ...told, appName: app.name, platform: process.platform, development: !app.isPackaged };
  const actions: MenuActions = {
    run: command => show({ type: 'command', command }),
    openPage: page => show({ type: 'open_page', page }),
    quickAsk: () => quickAsk.toggle(),
    importScript: () => void chooseScripts(parts).catch(options.onProblem),
    openLink: address => void shell.openExternal(address).catch(options.onProblem),
    openDataDir: () => void shell.openPath(options.dataDir),
  };
  return applicationMenu(setting, actions);
}

async function chooseScripts({ told, show }: DesktopParts): Promise<void> {
  const filters = [{ name: told.labels.import_kind, extensions: ['lua'] }];
  const { filePaths } = await dialog.showOpenDialog({ properties: ['openFile', 'multiSelections'], filters });
  if (filePaths.length > 0) show(...filePaths.map(readScript));
}

function trayOf(parts: DesktopParts): Electron.MenuItemConstructorOptions[] {
  const { options, told, show, quickAsk } = parts;
  const { gateway, settings } = options.core;
  const address = gateway.address()?.url ?? null;
  const pause = (paused: boolean): void => {
    gateway.pause(paused).catch((error: unknown) => {
      dialog.showErrorBox('Parley', toAppError(error).message);
    });
  };
  const accelerator = toAccelerator(settings().quick_ask_shortcut ?? '');
  return trayMenu({ address, isPaused: gateway.isPaused(), accelerator }, told.labels, {
    open: () => show(),
    newChat: () => show({ type: 'command', command: 'new-chat' }),
    quickAsk: () => quickAsk.toggle(),
    copyAddress: () => void clipboard.writeText(address ?? ''),
    pause: () => pause(true),
    resume: () => pause(false),
    quit: () => app.quit(),
  });
}
