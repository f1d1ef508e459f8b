import type { ChatMessage } from '../../../electron/contract/chats.ts';

/**
 * The answers of a group as they stand side by side, one for each model that was asked: of several versions the newest,
 * but where one of them is shown in the thread, that one.
 */
export function groupMembers(
  messages: readonly ChatMessage[],
  groupId: string,
  shownId: string,
): ChatMessage[] {
  const group = messages.filter(message => message.group_id === groupId);
  const byId = new Map(group.map(message => [message.id, message]));
  const places = new Map<string, ChatMessage>();
  for (const message of group) {
    const first = firstVersion(byId, message);
    if (places.get(first)?.id !== shownId) places.set(first, message);
  }
  return [...places.values()];
}

function firstVersion(byId: ReadonlyMap<string, ChatMessage>, message: ChatMessage): string {
  let at = message;
  for (let steps = 0; steps < byId.size; steps += 1) {
    const before = byId.get(at.replaces_id ?? '');
    if (!before) break;
    at = before;
  }
  return at.id;
}
