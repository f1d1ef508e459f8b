import type { EventHub } from '../api/event-hub.ts';
import { createTitleMaker } from '../api/make-title.ts';
import type { TitleMaker } from '../api/make-title.ts';
import { createImportDesk } from '../api/transfer/import-desk.ts';
import type { ImportDesk } from '../api/transfer/import-desk.ts';
import type { TitleSetting } from '../api/transfer-handlers.ts';
import type { ConfigFile } from '../config/config-file.ts';
import { setChat } from '../config/edit-config.ts';
import type { Engine } from '../engine/engine.ts';
import type { Store } from '../store/open-store.ts';

export type ChatDesks = {
  imports: ImportDesk;
  titles: TitleSetting & Pick<TitleMaker, 'typed'>;
  close(): Promise<void>;
};

/** What works on chats beside those who write in them: titles, and files on their way in. */
export function openChatDesks(deps: {
  engine: Engine;
  store: Store;
  hub: EventHub;
  config: ConfigFile;
}): ChatDesks {
  const { engine, store, hub, config } = deps;
  const model = (): string | null => config.current().chat.title_model;
  const maker = createTitleMaker({ engine, chats: store.chats, hub, model });
  const imports = createImportDesk({
    imports: store.imports,
    onProgress: (id, done) => hub.emit('imports.progress', { id, done }),
  });
  return {
    imports,
    titles: {
      get: model,
      async set(titleModel) {
        await config.update(document => setChat(document, { title_model: titleModel }));
      },
      typed: chatId => maker.typed(chatId),
    },
    async close() {
      await Promise.all([maker.close(), imports.close()]);
    },
  };
}
