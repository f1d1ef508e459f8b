import { useMutation, useQueryClient } from '@tanstack/react-query';
import i18next from 'i18next';
import { toast } from 'sonner';
import { useLocation } from 'wouter';

import type { ChatMessage } from '../../../electron/contract/chats.ts';
import { useApi } from '../../api.ts';
import { reportError } from '../../ui/report-error.ts';
import { useModelChoice } from '../model-picker/model-choice.ts';
import { cacheLeaf, cacheMessages, chatKey } from './chat-cache.ts';
import type { ChatDetail } from './chat-cache.ts';
import { messageText } from './message-text.ts';
import { newestLeafBelow } from './message-tree.ts';
import { showLeaf } from './show-leaf.ts';

/** New versions of a message: each is a sibling of the old one, which stays. */
function useVersions(message: ChatMessage) {
  const { chat_id: chatId, id } = message;
  const api = useApi();
  const client = useQueryClient();
  const show = ({ answer }: { answer: ChatMessage }) => {
    cacheMessages(client, chatId, [answer]);
    cacheLeaf(client, chatId, answer.id, answer.created_at);
  };
  const regenerating = useMutation({
    mutationFn: (model: string) => api.call('messages.regenerate', { id, model }),
    onSuccess: show,
    onError: reportError,
  });
  const continuing = useMutation({
    mutationFn: () => api.call('messages.continue', { id }),
    onSuccess: show,
    onError: reportError,
  });
  const editing = useMutation({
    mutationFn: (text: string) => api.call('messages.edit', { id, text }),
    onSuccess: show,
    onError: reportError,
  });
  /** A question in other words is a sibling of the old one, and asked again with its files. */
  const sendingAgain = useMutation({
    mutationFn: (text: string) => {
      const attachments = message.content.flatMap(block => (block.type === 'attachment' ? [block] : []));
      const model = askedBefore(client.getQueryData<ChatDetail>(chatKey(chatId)), id);
      const input = { chat_id: chatId, parent_id: message.parent_id, model, text, attachments };
      return api.call('messages.send', input);
    },
    onSuccess({ user_message: question, answer }) {
      cacheMessages(client, chatId, [question]);
      show({ answer });
    },
    onError: reportError,
  });
  return {
    regenerateWith: (model: string) => regenerating.mutate(model),
    continueAnswer: () => continuing.mutate(),
    edit: (text: string) => editing.mutate(text),
    sendAgain: (text: string) => sendingAgain.mutate(text),
  };
}

/** What can be done with one message of a chat. Nothing here asks first: what can be regretted can be undone. */
export function useThreadActions(message: ChatMessage) {
  const { chat_id: chatId, id } = message;
  const api = useApi();
  const client = useQueryClient();
  const [, navigate] = useLocation();
  const choose = useModelChoice(state => state.choose);
  const versions = useVersions(message);
  const branching = useMutation({
    mutationFn: () => {
      const title = client.getQueryData<ChatDetail>(chatKey(chatId))?.chat.title;
      const marked = i18next.t('thread:branch_title', { title: title || i18next.t('thread:untitled') });
      return api.call('chats.branch', { message_id: id, title: marked.slice(0, 200) });
    },
    onSuccess: chat => navigate(`/chat/${chat.id}`),
    onError: reportError,
  });
  const removing = useMutation({
    mutationFn: (ids: string[]) => api.call('messages.delete', { chat_id: chatId, ids }),
    onSuccess: ({ id: deletion }, ids) => offerUndo(ids.length, () => restoring.mutate(deletion)),
    onError: reportError,
  });
  const restoring = useMutation({
    mutationFn: (deletion: string) => api.call('messages.restore', { id: deletion }),
    onError: reportError,
  });
  const stopping = useMutation({
    mutationFn: () => api.call('messages.stop', { id }),
    onError: reportError,
  });

  return {
    ...versions,
    text: messageText(message),
    branch: () => branching.mutate(),
    remove: (ids: string[]) => removing.mutate(ids),
    stop: () => stopping.mutate(),
    /** Lets the thread go on from this answer, and with its model. */
    continueWithThis: () => {
      const messages = client.getQueryData<ChatDetail>(chatKey(chatId))?.messages ?? [];
      if (message.model !== null) choose(chatId, message.model);
      showLeaf({ api, client }, chatId, newestLeafBelow(messages, id)).catch(reportError);
    },
  };
}

const undoMs = 10_000;

function offerUndo(count: number, undo: () => void): void {
  toast(i18next.t('thread:deleted.message', { count }), {
    duration: undoMs,
    action: { label: i18next.t('thread:deleted.undo'), onClick: undo },
  });
}

/** The model that answered a question last, else the chat's. */
function askedBefore(detail: ChatDetail | undefined, questionId: string): string {
  const answer = detail?.messages.findLast(({ parent_id: parent }) => parent === questionId);
  return answer?.model ?? detail?.chat.model ?? '';
}
