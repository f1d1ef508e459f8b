import type { ApiOutput } from '../contract/api.ts';
import type { FirstStart } from '../contract/first-start-calls.ts';
import type { Engine } from '../engine/engine.ts';
import type { Store } from '../store/open-store.ts';
import type { ChatRunner } from './chat-runner.ts';
import { createAboutHandlers } from './about-handlers.ts';
import type { AboutDesk } from './about-handlers.ts';
import { createConnectHandlers } from './connect-handlers.ts';
import type { ConnectDesk } from './connect-handlers.ts';
import { createBackupHandlers } from './backup-handlers.ts';
import { createBudgetHandlers } from './budget-handlers.ts';
import type { BudgetDesk } from './budget-handlers.ts';
import type { BackupDesk } from './backup-handlers.ts';
import type { ApiHandlers } from './create-api.ts';
import type { EventHub } from './event-hub.ts';
import { fetchImage } from './fetch-image.ts';
import { createBackendHandlers } from './backend-handlers.ts';
import { createDesktopHandlers } from './desktop-handlers.ts';
import type { DesktopDeps } from './desktop-handlers.ts';
import { createFindingHandlers } from './finding-handlers.ts';
import { createFirstStartHandlers } from './first-start-handlers.ts';
import { createInspectorHandlers } from './inspector-handlers.ts';
import type { InspectorDesk } from './inspector-handlers.ts';
import { createKeyHandlers } from './key-handlers.ts';
import { createPriceHandlers } from './price-handlers.ts';
import type { PriceDesk } from './price-handlers.ts';
import { createPresetHandlers } from './preset-handlers.ts';
import { createServerHandlers } from './server-handlers.ts';
import type { ServerDesk } from './server-handlers.ts';
import { createSettingsHandlers } from './settings-handlers.ts';
import type { SettingsDesk } from './settings-handlers.ts';
import { createStudioHandlers } from './studio-handlers.ts';
import type { StudioDesk } from './studio-handlers.ts';
import { createThreadHandlers } from './thread-handlers.ts';
import type { TitleMaker } from './make-title.ts';
import { createExportDesk } from './transfer/export-desk.ts';
import type { ImportDesk } from './transfer/import-desk.ts';
import { createTransferHandlers } from './transfer-handlers.ts';
import type { TitleSetting } from './transfer-handlers.ts';
import { createUsageHandlers } from './usage-handlers.ts';
import { createProviderHandlers } from './provider-handlers.ts';
import type { ProviderEdits } from './provider-handlers.ts';

export type HandlerDeps = DesktopDeps & {
  engine: Engine;
  store: Store;
  runner: ChatRunner;
  hub: EventHub;
  edits: ProviderEdits;
  inspector: InspectorDesk;
  budgets: BudgetDesk;
  prices: PriceDesk;
  connect: ConnectDesk;
  server: ServerDesk;
  imports: ImportDesk;
  backups: BackupDesk;
  settings: SettingsDesk;
  about: AboutDesk;
  studio: StudioDesk;
  titles: TitleSetting & Pick<TitleMaker, 'typed'>;
  version: string;
  /** What a newcomer could use on this machine. */
  lookAround: () => Promise<FirstStart>;
  appInfo: () => ApiOutput<'app.info'>;
};

/** All calls of the contract; each does one thing and leaves the work to the engine or the store. */
export function createHandlers(deps: HandlerDeps): ApiHandlers {
  const { engine, store, runner, hub, edits, inspector, appInfo } = deps;
  const { chats } = store;
  const exports = createExportDesk();
  const changed = <T>(value: T): T => {
    hub.emit('chats.changed', {});
    return value;
  };
  return {
    'app.info': appInfo,
    'chats.list': () => chats.list(),
    'chats.get': ({ id }) => runner.read(id),
    'chats.create': ({ model }) => changed(chats.create({ model })),
    'chats.rename'({ id, title }) {
      deps.titles.typed(id);
      return changed(chats.rename(id, title));
    },
    'chats.delete'({ id }) {
      runner.stopChat(id);
      chats.delete(id);
      return changed({});
    },
    'chats.restore': ({ id }) => changed(chats.restore(id)),
    'chats.set_leaf': ({ id, leaf_id: leafId }) => chats.setLeaf(id, leafId),
    'messages.send': input => runner.send(input),
    'messages.regenerate': input => runner.regenerate(input),
    'messages.stop'({ id }) {
      runner.stop(id);
      return {};
    },
    'messages.load': ({ chat_id: chatId, ids }) => runner.load(chatId, ids),
    'images.fetch': ({ url }) => fetchImage(url),
    ...createThreadHandlers(runner, store),
    ...createProviderHandlers(engine, edits, hub),
    ...createBackendHandlers(deps),
    'calls.list': ({ limit, before }) => store.calls.list({ limit, before }),
    ...createInspectorHandlers(inspector),
    ...createConnectHandlers(deps.connect),
    ...createServerHandlers(deps.server),
    ...createKeyHandlers(store.gatewayKeys, hub),
    ...createFindingHandlers(store, hub),
    ...createFirstStartHandlers(deps),
    ...createPresetHandlers(store.presets, hub),
    ...createTransferHandlers({ ...deps, exports }),
    ...createBackupHandlers({ ...deps, exports }),
    ...createSettingsHandlers(deps.settings, hub),
    ...createAboutHandlers(deps.about),
    ...createStudioHandlers(deps.studio),
    ...createBudgetHandlers(deps.budgets),
    ...createPriceHandlers(deps),
    ...createUsageHandlers(store.usage, hub),
    ...createDesktopHandlers(deps),
  };
}
