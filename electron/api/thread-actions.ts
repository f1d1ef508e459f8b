import type { ApiParsedInput } from '../contract/api.ts';
import type { Chat, ChatMessage } from '../contract/chats.ts';
import { AppError } from '../contract/errors.ts';
import type { Block } from '../contract/message.ts';
import type { AnswerDesk } from './answer-desk.ts';
import type { Asker } from './asker.ts';
import { historyOf } from './chat-history.ts';
import type { ChatRunnerDeps } from './chat-runner.ts';
import { askToContinue, continuationBase, hasText } from './continuation.ts';

/** What can be done with the messages of a thread once they are there. */
export type ThreadActions = {
  /** A new sibling of an answer, also with another model. */
  regenerate(input: ApiParsedInput<'messages.regenerate'>): { answer: ChatMessage };
  edit(input: ApiParsedInput<'messages.edit'>): { answer: ChatMessage };
  continueAnswer(input: ApiParsedInput<'messages.continue'>): { answer: ChatMessage };
  /** Ends the answers among them first, so that nothing is paid for that nobody will read. */
  deleteMessages(chatId: string, ids: readonly string[]): { id: string; chat: Chat };
  restoreMessages(id: string): Chat;
  branch(input: ApiParsedInput<'chats.branch'>): Chat;
};

type Deps = Pick<ChatRunnerDeps, 'chats' | 'hub' | 'now'> & { desk: AnswerDesk; asker: Asker };

export function createThreadActions(deps: Deps): ThreadActions {
  return { ...createAnswerActions(deps), ...createTreeActions(deps) };
}

function createAnswerActions(deps: Deps): Pick<ThreadActions, 'regenerate' | 'edit' | 'continueAnswer'> {
  const { chats, hub, desk, asker, now = () => new Date() } = deps;

  const getAnswer = (id: string): AnswerWithParent => withParent(chats.getMessage(id));
  return {
    regenerate({ id, model }) {
      const { chat_id, parent_id, model: before, group_id } = getAnswer(id);
      const asked = model ?? before ?? '';
      const history = historyOf(chats.getPath(chat_id, parent_id));
      const answer = asker.add({
        chat_id,
        parent_id,
        role: 'assistant',
        status: 'streaming',
        model: asked,
        ...(group_id !== undefined && { group_id, replaces_id: id }),
      });
      desk.start(answer, asked, history);
      return { answer };
    },
    edit({ id, text }) {
      const { chat_id, parent_id, model, group_id } = getAnswer(id);
      const answer = asker.add({
        chat_id,
        parent_id,
        role: 'assistant',
        model,
        content: [{ type: 'text', text }],
        edited_at: now().toISOString(),
        replaces_id: id,
        ...(group_id !== undefined && { group_id }),
      });
      hub.emit('chats.changed', {});
      return { answer };
    },
    continueAnswer({ id, model }) {
      const old = getAnswer(id);
      if (desk.isRunning(id)) throw new AppError('invalid_request', 'This answer is still being written.');
      const base = baseOf(old);
      const { chat_id, parent_id, group_id } = old;
      const asked = model ?? old.model ?? '';
      const history = historyOf(chats.getPath(chat_id, parent_id));
      const answer = asker.add({
        chat_id,
        parent_id,
        role: 'assistant',
        status: 'streaming',
        model: asked,
        content: base,
        replaces_id: id,
        ...(group_id !== undefined && { group_id }),
      });
      desk.start(answer, asked, askToContinue(history, base), base);
      return { answer };
    },
  };
}

function createTreeActions({
  chats,
  hub,
  desk,
}: Deps): Pick<ThreadActions, 'deleteMessages' | 'restoreMessages' | 'branch'> {
  function changed(chat: Chat): Chat {
    hub.emit('thread.changed', { chat_id: chat.id });
    hub.emit('chats.changed', {});
    return chat;
  }

  return {
    deleteMessages(chatId, ids) {
      desk.abandon(chats.listBelow(chatId, ids).map(message => message.id));
      const { id, chat } = chats.deleteMessages(chatId, ids);
      return { id, chat: changed(chat) };
    },
    restoreMessages: id => changed(chats.restoreMessages(id)),
    branch({ message_id: id, title }) {
      const { chat_id: chatId, model } = chats.getMessage(id);
      const chat = chats.getChat(chatId);
      const messages = desk.bringUpToDate(chats.getPath(chatId, id)).messages.map(endedCopy);
      return changed(chats.copyBranch(chatId, { title, model: model ?? chat.model, messages }));
    },
  };
}

type AnswerWithParent = ChatMessage & { parent_id: string };

/** The copy of an answer that is still being written holds what was there; nothing writes on in it. */
function endedCopy(message: ChatMessage): ChatMessage {
  return message.status === 'streaming'
    ? { ...message, status: 'cancelled', finish_reason: 'cancelled' }
    : message;
}

function withParent(message: ChatMessage): AnswerWithParent {
  const { parent_id: parentId } = message;
  if (message.role === 'assistant' && parentId !== null) return { ...message, parent_id: parentId };
  throw new AppError('invalid_request', 'Only an answer can be asked for again, continued or edited.');
}

function baseOf(answer: ChatMessage): Block[] {
  const base = continuationBase(answer);
  if (hasText(base)) return base;
  throw new AppError('invalid_request', 'This answer has no words to go on from. Regenerate it instead.');
}
