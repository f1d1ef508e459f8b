import type { ApiOutput } from '../contract/api.ts';
import type { Engine } from '../engine/engine.ts';
import type { Store } from '../store/open-store.ts';
import type { ChatRunner } from './chat-runner.ts';
import type { ApiHandlers } from './create-api.ts';
import type { EventHub } from './event-hub.ts';
import { createInspectorHandlers } from './inspector-handlers.ts';
import type { InspectorDesk } from './inspector-handlers.ts';
import { createKeyHandlers } from './key-handlers.ts';
import { createProviderHandlers } from './provider-handlers.ts';
import type { ProviderEdits } from './provider-handlers.ts';

export type HandlerDeps = {
  engine: Engine;
  store: Store;
  runner: ChatRunner;
  hub: EventHub;
  edits: ProviderEdits;
  inspector: InspectorDesk;
  appInfo: () => ApiOutput<'app.info'>;
};

/** All calls of the contract; each does one thing and leaves the work to the engine or the store. */
export function createHandlers(deps: HandlerDeps): ApiHandlers {
  const { engine, store, runner, hub, edits, inspector, appInfo } = deps;
  const { chats } = store;
  const changed = <T>(value: T): T => {
    hub.emit('chats.changed', {});
    return value;
  };
  return {
    'app.info': appInfo,
    'chats.list': () => chats.list(),
    'chats.get': ({ id }) => runner.read(id),
    'chats.create': ({ model }) => changed(chats.create({ model })),
    'chats.rename': ({ id, title }) => changed(chats.rename(id, title)),
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
    ...createProviderHandlers(engine, edits),
    'calls.list': ({ limit, before }) => store.calls.list({ limit, before }),
    ...createInspectorHandlers(inspector),
    ...createKeyHandlers(store.gatewayKeys, hub),
  };
}
