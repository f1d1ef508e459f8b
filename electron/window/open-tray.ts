import { join } from 'node:path';

import { Menu, nativeImage, Tray } from 'electron';
import type { MenuItemConstructorOptions } from 'electron';

/** The icon beside the clock; shown, changed and taken away by `show`. */
export type TrayIcon = {
  /** null takes it away. */
  show(menu: MenuItemConstructorOptions[] | null): void;
};

type TrayOptions = {
  /** Where the icons are. */
  iconsDir: string;
  onClick: () => void;
  onProblem: (error: unknown) => void;
};

export function createTrayIcon({ iconsDir, onClick, onProblem }: TrayOptions): TrayIcon {
  let tray: Tray | undefined;
  return {
    show(menu) {
      if (menu === null) {
        tray?.destroy();
        tray = undefined;
        return;
      }
      try {
        tray ??= openTray(iconsDir, onClick);
        tray.setContextMenu(Menu.buildFromTemplate(menu));
      } catch (error) {
        // A desktop without a place for such icons.
        onProblem(error);
      }
    },
  };
}

function openTray(iconsDir: string, onClick: () => void): Tray {
  const name = process.platform === 'darwin' ? 'trayTemplate.png' : 'tray.png';
  const tray = new Tray(nativeImage.createFromPath(join(iconsDir, name)));
  tray.setToolTip('Parley');
  // On a Mac a click opens the menu, as everywhere in its menu bar.
  if (process.platform !== 'darwin') tray.on('click', onClick);
  return tray;
}
