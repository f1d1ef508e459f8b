import type { ChatMessage } from '../contract/chats.ts';
import type { Message } from '../contract/message.ts';

/** A branch, oldest first, as the model gets to see it. */
export function historyOf(branch: readonly ChatMessage[]): Message[] {
  return branch
    .filter(message => message.content.length > 0) // an answer that failed before its first word says nothing
    .map(({ role, content, private: own }) => ({ role, content, ...(own === null ? {} : { private: own }) }));
}
