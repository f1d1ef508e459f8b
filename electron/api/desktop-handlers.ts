import type { ApiOutput } from '../contract/api.ts';
import type { DesktopDesk } from '../contract/desktop-calls.ts';
import type { desktopCalls } from '../contract/desktop-calls.ts';
import { AppError } from '../contract/errors.ts';
import type { ApiHandlers } from './create-api.ts';

export type DesktopDeps = {
  /** Undefined where there is no window: `parley serve`. */
  desktop: () => DesktopDesk | undefined;
  fetchScript: (url: string) => Promise<ApiOutput<'scripts.fetch'>>;
};

export function createDesktopHandlers({
  desktop,
  fetchScript,
}: DesktopDeps): Pick<ApiHandlers, keyof typeof desktopCalls> {
  const desk = (): DesktopDesk => {
    const found = desktop();
    if (found) return found;
    throw new AppError('invalid_request', 'Only the desktop app can do this; a browser cannot.');
  };
  return {
    'desktop.get': () => desktop()?.['desktop.get']({}) ?? null,
    'desktop.set': patch => desk()['desktop.set'](patch),
    'desktop.tell': told => desk()['desktop.tell'](told),
    'desktop.take': () => desktop()?.['desktop.take']({}) ?? [],
    'desktop.leave_quick_ask': input => desk()['desktop.leave_quick_ask'](input),
    'desktop.relaunch': () => desk()['desktop.relaunch']({}),
    'desktop.choose_folder': () => desk()['desktop.choose_folder']({}),
    'desktop.move_data': input => desk()['desktop.move_data'](input),
    'scripts.fetch': ({ url }) => fetchScript(url),
  };
}
