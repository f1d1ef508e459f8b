import type { aboutCalls, UpdateDesk } from '../contract/about-calls.ts';
import type { ApiOutput } from '../contract/api.ts';
import { AppError } from '../contract/errors.ts';
import type { ApiHandlers } from './create-api.ts';

/** Newer versions and what went wrong; built in the composition root. */
export type AboutDesk = {
  updates: UpdateDesk;
  mode(): ApiOutput<'updates.get'>['mode'];
  setMode(mode: ApiOutput<'updates.get'>['mode']): Promise<void>;
  problems(): Omit<ApiOutput<'problems.get'>, 'can_open'>;
  /** Undefined in a browser. */
  openFolder: ((path: string) => Promise<void>) | undefined;
};

export function createAboutHandlers(desk: AboutDesk): Pick<ApiHandlers, keyof typeof aboutCalls> {
  const { updates } = desk;
  return {
    'updates.get': () => ({ ...updates.state(), mode: desk.mode() }),
    'updates.check': () => updates.check(),
    'updates.download': () => updates.download(),
    'updates.install'() {
      updates.install();
      return {};
    },
    async 'updates.set_mode'({ mode }) {
      await desk.setMode(mode);
      return {};
    },
    'problems.get': () => ({ ...desk.problems(), can_open: desk.openFolder !== undefined }),
    async 'problems.open_folder'() {
      if (desk.openFolder === undefined) {
        throw new AppError('invalid_request', 'Only the desktop app can open a folder; a browser cannot.');
      }
      await desk.openFolder(desk.problems().folder);
      return {};
    },
  };
}
