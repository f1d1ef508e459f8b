import { ipcMain, webContents } from 'electron';
import type { IpcMainInvokeEvent } from 'electron';

import { isPageAddress } from './page-file.ts';

/** What the core offers the page; the core checks names and inputs itself. */
export type PageApi = {
  call(name: string, input: unknown): Promise<unknown>;
  on(listener: (event: { name: string; payload: unknown }) => void): () => void;
};

/** Joins the page to the core: its calls in, the core's events out. Returns what parts them again. */
export function connectPage(api: PageApi): () => void {
  ipcMain.handle('parley:call', (event, name: unknown, input: unknown) => {
    if (!isFromPage(event) || typeof name !== 'string')
      throw new Error('Only the Parley page may call this.');
    return api.call(name, input);
  });
  const stopEvents = api.on(({ name, payload }) => tellPages(name, payload));
  return () => {
    ipcMain.removeHandler('parley:call');
    stopEvents();
  };
}

/** Tells every page of ours an event. */
export function tellPages(name: string, payload: unknown): void {
  for (const contents of webContents.getAllWebContents()) {
    if (!contents.isDestroyed() && isPageAddress(contents.getURL())) {
      contents.send('parley:event', name, payload);
    }
  }
}

/** A frame inside the page, or another page in a window of ours, is not the page. */
function isFromPage(event: IpcMainInvokeEvent): boolean {
  const frame = event.senderFrame;
  return frame !== null && frame === event.sender.mainFrame && isPageAddress(frame.url);
}
