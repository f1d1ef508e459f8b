import type { ChatMessage } from '../contract/chats.ts';
import type { Message } from '../contract/message.ts';

/** The branch that ends in `leafId`, oldest first, as the model gets to see it. */
export function historyOf(messages: readonly ChatMessage[], leafId: string): Message[] {
  const byId = new Map(messages.map(message => [message.id, message]));
  const branch: ChatMessage[] = [];
  for (let at = byId.get(leafId); at; at = at.parent_id === null ? undefined : byId.get(at.parent_id)) {
    branch.push(at);
  }
  return branch
    .reverse()
    .filter(message => message.content.length > 0) // an answer that failed before its first word says nothing
    .map(({ role, content, private: own }) => ({ role, content, ...(own === null ? {} : { private: own }) }));
}
