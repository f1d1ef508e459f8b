import type { ChatMessage } from '../contract/chats.ts';

/** Below this many messages a chat is read whole: leaving content out would save nothing worth a second question. */
const longChat = 100;
/** Newest messages of the shown branch that a long chat opens with, and their siblings. */
const openingCount = 40;

/** Ids of the messages the page needs whole to open a chat; all where it is short. */
export function openingIds(
  messages: readonly Pick<ChatMessage, 'id' | 'parent_id' | 'status'>[],
  leafId: string | null,
): string[] {
  if (messages.length <= longChat) return messages.map(({ id }) => id);
  const byId = new Map(messages.map(message => [message.id, message]));
  const parents = new Set<string | null>();
  let at = byId.get(leafId ?? '') ?? messages.at(-1);
  // A parent met before is a damaged tree with a cycle.
  while (at && parents.size < openingCount && !parents.has(at.parent_id)) {
    parents.add(at.parent_id);
    at = at.parent_id === null ? undefined : byId.get(at.parent_id);
  }
  return messages
    .filter(({ parent_id, status }) => parents.has(parent_id) || status === 'streaming')
    .map(({ id }) => id);
}
