import type { Store } from '../store/open-store.ts';
import type { ApiHandlers } from './create-api.ts';
import type { EventHub } from './event-hub.ts';
import { exportChats } from './transfer/export-chats.ts';
import type { ExportDesk } from './transfer/export-desk.ts';
import type { ImportDesk } from './transfer/import-desk.ts';
import type { transferCalls } from '../contract/transfer-calls.ts';

export type TitleSetting = { get(): string | null; set(model: string | null): Promise<void> };

export type TransferDeps = {
  store: Pick<Store, 'exports' | 'temporary'>;
  imports: ImportDesk;
  exports: ExportDesk;
  titles: TitleSetting;
  hub: EventHub;
  version: string;
};

export function createTransferHandlers(deps: TransferDeps): Pick<ApiHandlers, keyof typeof transferCalls> {
  const { store, imports, exports, titles, hub, version } = deps;
  return {
    'exports.start'(asked) {
      const file = exportChats(store.exports, asked, { app_version: version, now: new Date() });
      const { file_name, media_type } = file;
      return { id: exports.add(file), file_name, media_type };
    },
    async 'exports.read'({ id }) {
      const { data, is_last } = await exports.read(id);
      return { data: data.toString('base64'), is_last };
    },
    async 'exports.cancel'({ id }) {
      await exports.cancel(id);
      return {};
    },
    'imports.start': async ({ file_name: name, size }) => ({ id: await imports.start(name, size) }),
    'imports.add_part': async ({ id, data }) => ({
      received: await imports.addPart(id, Buffer.from(data, 'base64')),
    }),
    'imports.preview': ({ id }) => imports.preview(id),
    async 'imports.apply'({ id, chat_ids: chatIds }) {
      try {
        return await imports.apply(id, chatIds);
      } finally {
        // Also where it ended half way: what was added is there.
        hub.emit('chats.changed', {});
      }
    },
    async 'imports.cancel'({ id }) {
      await imports.cancel(id);
      return {};
    },
    'chats.create_temporary': ({ model }) => store.temporary.create(model),
    'titles.get': () => ({ model: titles.get() }),
    async 'titles.set'({ model }) {
      await titles.set(model);
      return {};
    },
  };
}
