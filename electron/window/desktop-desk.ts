import { BrowserWindow, dialog } from 'electron';

import type { DesktopDesk, DesktopState } from '../contract/desktop-calls.ts';
import { AppError } from '../contract/errors.ts';
import type { DesktopParts } from './create-desktop.ts';
import { writeToldTexts } from './told-texts.ts';

/** What the page may ask of the desktop. */
export function createDesktopDesk(parts: DesktopParts): DesktopDesk {
  const { options, arrivals, quickAsk } = parts;
  return {
    'desktop.get': () => describe(parts),
    'desktop.set': patch => change(parts, patch),
    'desktop.tell'(told) {
      parts.told = told;
      writeToldTexts(parts.toldFile, told);
      parts.follow();
      return {};
    },
    'desktop.take': () => arrivals.splice(0),
    'desktop.leave_quick_ask'({ chat_id: chatId }) {
      quickAsk.hide();
      if (chatId !== null) parts.show({ type: 'open_chat', chat_id: chatId });
      return {};
    },
    'desktop.relaunch'() {
      options.relaunch();
      return {};
    },
    'desktop.choose_folder': () => chooseFolder(parts),
    async 'desktop.move_data'({ to }) {
      if (options.dataDirFrom !== 'usual') throw fixedPlace(options.dataDirFrom);
      await options.core.moveData(to);
      options.relaunch();
      return {};
    },
  };
}

function describe({ options, shortcut, login }: DesktopParts): DesktopState {
  return {
    ...options.core.settings(),
    shortcut_problem: shortcut.problem(),
    can_start_at_login: login.isPossible,
    start_at_login: login.isOn(),
    data_dir_from: options.dataDirFrom,
  };
}

async function change(
  parts: DesktopParts,
  { start_at_login: atLogin, ...settings }: Parameters<DesktopDesk['desktop.set']>[0],
): Promise<DesktopState> {
  const { options, shortcut, login } = parts;
  const { quick_ask_shortcut: wanted } = settings;
  const before = options.core.settings().quick_ask_shortcut;
  if (wanted !== undefined) {
    const problem = shortcut.use(wanted);
    if (problem !== null) {
      shortcut.use(before);
      throw new AppError('invalid_request', problem);
    }
  }
  if (atLogin !== undefined) login.set(atLogin);
  try {
    if (Object.keys(settings).length > 0) await options.core.change(settings);
  } finally {
    // What could not be saved does not hold either.
    parts.follow();
  }
  return describe(parts);
}

async function chooseFolder({ told }: DesktopParts): Promise<{ path: string | null }> {
  const window = BrowserWindow.getFocusedWindow() ?? BrowserWindow.getAllWindows()[0];
  const options: Electron.OpenDialogOptions = {
    title: told.labels.choose_folder,
    message: told.labels.choose_folder,
    properties: ['openDirectory', 'createDirectory', 'promptToCreate'],
  };
  const { filePaths } = await (window
    ? dialog.showOpenDialog(window, options)
    : dialog.showOpenDialog(options));
  return { path: filePaths[0] ?? null };
}

function fixedPlace(from: 'flag' | 'env'): AppError {
  const what = from === 'flag' ? 'started with --data-dir' : 'told by PARLEY_DATA_DIR';
  return new AppError(
    'invalid_request',
    `Parley was ${what} where its data is, which would win over any move; start it without that first.`,
  );
}
