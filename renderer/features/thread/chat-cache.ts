import type { QueryClient } from '@tanstack/react-query';

import type { ApiOutput } from '../../../electron/contract/api.ts';
import type { Chat, ChatMessage } from '../../../electron/contract/chats.ts';

/** A chat with all its messages; those of a long one that nobody has scrolled to are outlines. */
export type ChatDetail = Omit<ApiOutput<'chats.get'>, 'outlines'>;

export const anyChatKey = ['chat'] as const;
export const chatKey = (id: string) => [...anyChatKey, id] as const;

/** Adds a message, or brings the known one up to date. A final state is never replaced by a streaming one. */
export function upsertMessage(messages: readonly ChatMessage[], message: ChatMessage): ChatMessage[] {
  const known = messages.findIndex(({ id }) => id === message.id);
  if (known === -1) return [...messages, message];
  if (message.status === 'streaming' && messages[known]?.status !== 'streaming') return [...messages];
  return messages.with(known, message);
}

export function cacheMessages(client: QueryClient, chatId: string, messages: readonly ChatMessage[]): void {
  client.setQueryData<ChatDetail>(
    chatKey(chatId),
    detail => detail && { ...detail, messages: messages.reduce(upsertMessage, detail.messages) },
  );
}

/** Shows the branch that ends in `leafId`, before the core's own word on it arrives. */
export function cacheLeaf(client: QueryClient, chatId: string, leafId: string, updatedAt?: string): void {
  client.setQueryData<ChatDetail>(
    chatKey(chatId),
    detail =>
      detail && {
        ...detail,
        chat: { ...detail.chat, leaf_id: leafId, updated_at: updatedAt ?? detail.chat.updated_at },
      },
  );
}

/** Takes over what the list of chats says of a chat, unless the page knows something newer. */
export function cacheChat(client: QueryClient, chat: Chat): void {
  client.setQueryData<ChatDetail>(chatKey(chat.id), detail =>
    detail && chat.updated_at > detail.chat.updated_at ? { ...detail, chat } : detail,
  );
}
