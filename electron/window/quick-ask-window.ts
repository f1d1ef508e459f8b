import { BrowserWindow, screen } from 'electron';

import { pageOrigin } from './page-file.ts';
import { backgroundColor, guardWindow, pagePreferences } from './open-window.ts';

const size = { width: 640, height: 440 };

export type QuickAsk = {
  toggle(): void;
  hide(): void;
  destroy(): void;
};

/** A small window for one question, above all others. It is made when it is first wanted, and hidden after that. */
export function createQuickAsk(options: {
  preloadFile: string;
  onProblem: (error: unknown) => void;
}): QuickAsk {
  let window: BrowserWindow | undefined;
  const hide = (): void => {
    if (window === undefined || window.isDestroyed() || !window.isVisible()) return;
    window.hide();
  };
  return {
    toggle() {
      if (window !== undefined && !window.isDestroyed() && window.isVisible() && window.isFocused())
        return hide();
      if (window === undefined || window.isDestroyed()) window = openQuickAsk(options);
      else reveal(window);
    },
    hide,
    destroy() {
      if (window !== undefined && !window.isDestroyed()) window.destroy();
    },
  };
}

function openQuickAsk({
  preloadFile,
  onProblem,
}: {
  preloadFile: string;
  onProblem: (error: unknown) => void;
}): BrowserWindow {
  const window = new BrowserWindow({
    ...size,
    minWidth: 400,
    minHeight: 220,
    show: false,
    frame: false,
    fullscreenable: false,
    maximizable: false,
    minimizable: false,
    skipTaskbar: true,
    alwaysOnTop: true,
    title: 'Parley',
    // A panel appears above an app in full screen, and leaves its place there.
    ...(process.platform === 'darwin' ? { type: 'panel' } : {}),
    backgroundColor: backgroundColor(),
    webPreferences: pagePreferences(preloadFile),
  });
  window.once('ready-to-show', () => reveal(window));
  guardWindow(window);
  window.loadURL(`${pageOrigin}/#/quick-ask`).catch(onProblem);
  return window;
}

/** On the display the pointer is on, above the middle. */
function reveal(window: BrowserWindow): void {
  const { workArea } = screen.getDisplayNearestPoint(screen.getCursorScreenPoint());
  const [width = size.width, height = size.height] = window.getSize();
  const x = Math.round(workArea.x + (workArea.width - width) / 2);
  const y = Math.round(workArea.y + Math.max(0, workArea.height - height) / 3);
  window.setPosition(x, y);
  window.show();
  window.focus();
}
