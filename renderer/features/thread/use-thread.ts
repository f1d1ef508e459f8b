import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';

import type { ChatMessage } from '../../../electron/contract/chats.ts';
import type { AttachmentBlock } from '../../../electron/contract/message.ts';
import { useApi } from '../../api.ts';
import { useModelChoice } from '../model-picker/model-choice.ts';
import { applyNewChatSettings } from '../presets/use-chat-settings.ts';
import { cacheLeaf, cacheMessages, chatKey } from './chat-cache.ts';
import type { ChatDetail } from './chat-cache.ts';
import { expandOutlines } from './expand-outlines.ts';
import { useLiveStore } from './live-context.ts';
import { keepLoaded } from './load-messages.ts';
import { branchOf, newestLeafBelow } from './message-tree.ts';
import { showLeaf } from './show-leaf.ts';

/** A chat with the branch of its messages that is shown. */
export function useThread(chatId: string) {
  const query = useQuery(useChatQuery()(chatId));
  const branch = useMemo(
    () => (query.data ? branchOf(query.data.messages, query.data.chat.leaf_id) : []),
    [query.data],
  );
  return { ...query, branch };
}

/** Asks for a chat that is about to be opened: between the press of a button and its release there is time for it. */
export function usePreloadChat(): (chatId: string) => void {
  const client = useQueryClient();
  const query = useChatQuery();
  return chatId => void client.prefetchQuery(query(chatId));
}

function useChatQuery() {
  const api = useApi();
  const live = useLiveStore();
  const client = useQueryClient();
  return (chatId: string) => ({
    queryKey: chatKey(chatId),
    queryFn: async (): Promise<ChatDetail> => {
      const opened = await api.call('chats.get', { id: chatId });
      const before = client.getQueryData<ChatDetail>(chatKey(chatId))?.messages ?? [];
      const messages = keepLoaded(before, expandOutlines(opened)).map(message => live.latest(message));
      live.seed(messages, opened.live);
      return { chat: opened.chat, messages, live: opened.live };
    },
  });
}

/** A part of what is known of an open chat; undefined before it is. */
export function useChatDetail<T>(chatId: string, select: (detail: ChatDetail) => T): T | undefined {
  const { data } = useQuery<ChatDetail, Error, T>({ queryKey: chatKey(chatId), enabled: false, select });
  return data;
}

const nothing: string[] = [];

/** Ids of the answers that are still being written: `last`, and those asked side by side with it. */
export function useStreamingBeside(chatId: string | null, last: ChatMessage | undefined): string[] {
  const beside = useChatDetail(chatId ?? '', ({ messages }) =>
    messages
      .filter(({ id, status, group_id: group }) => {
        const isMeant = id === last?.id || (group !== undefined && group === last?.group_id);
        return isMeant && status === 'streaming';
      })
      .map(({ id }) => id),
  );
  return beside ?? nothing;
}

export type OutgoingMessage = {
  /** null starts a new chat. */
  chatId: string | null;
  parentId: string | null;
  /** One model, or several whose answers stand side by side. */
  models: [string, ...string[]];
  text: string;
  attachments: AttachmentBlock[];
};

/** Sends a message, in a new chat where there is none yet; resolves with the chat's id. */
export function useSendMessage() {
  const api = useApi();
  const client = useQueryClient();
  const { suggest } = useModelChoice();
  return useMutation({
    mutationFn: async ({ chatId, parentId, models, text, attachments }: OutgoingMessage) => {
      const chat_id = chatId ?? (await api.call('chats.create', { model: models[0] })).id;
      if (chatId === null) await applyNewChatSettings(api, chat_id);
      const sent = await api.call('messages.send_to_several', {
        chat_id,
        parent_id: parentId,
        models,
        text,
        attachments,
      });
      cacheMessages(client, chat_id, [sent.user_message, ...sent.answers]);
      // The chat's own model becomes that of whoever was asked last; the next message goes on with the first.
      if (models.length > 1) suggest(chat_id, models[0]);
      const [first] = sent.answers;
      if (first) cacheLeaf(client, chat_id, first.id, first.created_at);
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
      return showLeaf({ api, client }, chatId, newestLeafBelow(messages, siblingId));
    },
    onError: () => client.invalidateQueries({ queryKey: chatKey(chatId) }),
  });
}
