import type { findingCalls } from '../contract/finding-calls.ts';
import type { Store } from '../store/open-store.ts';
import type { ApiHandlers } from './create-api.ts';
import type { EventHub } from './event-hub.ts';

/** Where chats are filed, and what is found in them. */
export function createFindingHandlers(
  { chats, folders, search }: Pick<Store, 'chats' | 'folders' | 'search'>,
  hub: EventHub,
): Pick<ApiHandlers, keyof typeof findingCalls> {
  const changed = <T>(value: T): T => {
    hub.emit('chats.changed', {});
    return value;
  };
  return {
    'chats.organize': ({ id, ...place }) => changed(chats.organize(id, place)),
    'folders.list': () => folders.list(),
    'folders.create': ({ name }) => changed(folders.create(name)),
    'folders.rename': ({ id, name }) => changed(folders.rename(id, name)),
    'folders.delete'({ id }) {
      folders.delete(id);
      return changed({});
    },
    'messages.search': input => search.search(input),
    'messages.find': ({ chat_id: chatId, query }) => search.find(chatId, query),
  };
}
