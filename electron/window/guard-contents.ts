import type { Session, WebContents } from 'electron';

import { isPageAddress } from './page-file.ts';

const openedOutside = new Set(['http:', 'https:', 'mailto:']);

/**
 * Keeps a window on our own page: every other address is refused, and opened by the system where it is a link.
 * What cannot be opened is left alone, as a browser does with a dead link.
 */
export function guardContents(contents: WebContents, openOutside: (address: string) => Promise<void>): void {
  const follow = (address: string): void => {
    if (isOpenedOutside(address)) void openOutside(address).catch(() => undefined);
  };
  contents.setWindowOpenHandler(({ url }) => {
    follow(url);
    return { action: 'deny' };
  });
  contents.on('will-navigate', (event, address) => {
    if (isPageAddress(address)) return;
    event.preventDefault();
    follow(address);
  });
  contents.on('will-redirect', (event, address) => {
    if (!isPageAddress(address)) event.preventDefault();
  });
  contents.on('will-attach-webview', event => event.preventDefault());
}

/** The page may write to the clipboard; camera, place, notifications and all the rest are refused. */
export function guardPermissions(session: Session): void {
  const allowed = 'clipboard-sanitized-write';
  session.setPermissionRequestHandler((contents, permission, answer) => {
    answer(permission === allowed && isPageAddress(contents.getURL()));
  });
  session.setPermissionCheckHandler((contents, permission) => {
    return permission === allowed && contents !== null && isPageAddress(contents.getURL());
  });
  session.setDevicePermissionHandler(() => false);
}

/** Whether a link is one to hand to the system; `file:` and the schemes of other programs are not. */
export function isOpenedOutside(address: string): boolean {
  try {
    return openedOutside.has(new URL(address).protocol);
  } catch {
    return false;
  }
}
