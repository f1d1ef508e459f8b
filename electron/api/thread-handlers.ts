import type { threadCalls } from '../contract/thread-calls.ts';
import type { Store } from '../store/open-store.ts';
import type { ChatRunner } from './chat-runner.ts';
import type { ApiHandlers } from './create-api.ts';

/** What the page does with the messages of a thread, and the numbers it shows of them. */
export function createThreadHandlers(
  runner: ChatRunner,
  { chatNumbers }: Pick<Store, 'chatNumbers'>,
): Pick<ApiHandlers, keyof typeof threadCalls> {
  const { queue } = runner;
  const done = (_nothing: void): Record<string, never> => ({});
  return {
    'messages.send_to_several': input => runner.sendToSeveral(input),
    'messages.edit': input => runner.edit(input),
    'messages.continue': input => runner.continueAnswer(input),
    'messages.delete': ({ chat_id: chatId, ids }) => runner.deleteMessages(chatId, ids),
    'messages.restore': ({ id }) => runner.restoreMessages(id),
    'messages.numbers': ({ ids }) => chatNumbers.ofMessages(ids),
    'chats.total': ({ id }) => chatNumbers.total(id),
    'chats.branch': input => runner.branch(input),
    'queue.list': ({ chat_id: chatId }) => queue.list(chatId),
    'queue.add': input => done(queue.add(input)),
    'queue.change': input => done(queue.change(input)),
    'queue.remove': ({ id }) => done(queue.remove(id)),
    'queue.resume': ({ chat_id: chatId }) => done(queue.resume(chatId)),
  };
}
