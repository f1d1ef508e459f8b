import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';

import type { AttachmentBlock } from '../../../electron/contract/message.ts';
import { useApi } from '../../api.ts';
import { cacheLeaf, cacheMessages, chatKey } from './chat-cache.ts';
import type { ChatDetail } from './chat-cache.ts';
import { useLiveStore } from './live-context.ts';
import { branchOf, newestLeafBelow } from './message-tree.ts';

/** A chat with the branch of its messages that is shown. */
export function useThread(chatId: string) {
  const api = useApi();
  const live = useLiveStore();
  const query = useQuery({
    queryKey: chatKey(chatId),
    queryFn: async (): Promise<ChatDetail> => {
      const detail = await api.call('chats.get', { id: chatId });
      const messages = detail.messages.map(message => live.latest(message));
      live.seed(messages, detail.live);
      return { ...detail, messages };
    },
  });
  const branch = useMemo(
    () => (query.data ? branchOf(query.data.messages, query.data.chat.leaf_id) : []),
    [query.data],
  );
  return { ...query, branch };
}

export type OutgoingMessage = {
  /** null starts a new chat. */
  chatId: string | null;
  parentId: string | null;
  model: string;
  text: string;
  attachments: AttachmentBlock[];
};

/** Sends a message, in a new chat where there is none yet; resolves with the chat's id. */
export function useSendMessage() {
  const api = useApi();
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ chatId, parentId, model, text, attachments }: OutgoingMessage) => {
      const chat_id = chatId ?? (await api.call('chats.create', { model })).id;
      const sent = await api.call('messages.send', {
        chat_id,
        parent_id: parentId,
        model,
        text,
        attachments,
      });
      cacheMessages(client, chat_id, [sent.user_message, sent.answer]);
      cacheLeaf(client, chat_id, sent.answer.id, sent.answer.created_at);
      return chat_id;
    },
  });
}

export function useRegenerate(chatId: string) {
  const api = useApi();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (input: { id: string; model?: string }) => api.call('messages.regenerate', input),
    onSuccess: ({ answer }) => {
      cacheMessages(client, chatId, [answer]);
      cacheLeaf(client, chatId, answer.id, answer.created_at);
    },
  });
}

export function useStopAnswer() {
  const api = useApi();
  return useMutation({ mutationFn: (id: string) => api.call('messages.stop', { id }) });
}

/** Shows another sibling, with the newest replies below it. */
export function useShowSibling(chatId: string) {
  const api = useApi();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (siblingId: string) => {
      const messages = client.getQueryData<ChatDetail>(chatKey(chatId))?.messages ?? [];
      const leaf = newestLeafBelow(messages, siblingId);
      cacheLeaf(client, chatId, leaf);
      return api.call('chats.set_leaf', { id: chatId, leaf_id: leaf });
    },
    onError: () => client.invalidateQueries({ queryKey: chatKey(chatId) }),
  });
}
