import type { QueryClient } from '@tanstack/react-query';

import type { Api } from '../../api.ts';
import { cacheLeaf, chatKey } from './chat-cache.ts';
import type { ChatDetail } from './chat-cache.ts';

/**
 * Shows the branch that ends in `leaf`, at once and from now on. What was asked of the core before it heard of that, the chat
 * or the list of all of them, still brings the branch of before: then the chat is asked for once more.
 */
export async function showLeaf(
  { api, client }: { api: Pick<Api, 'call'>; client: QueryClient },
  chatId: string,
  leaf: string,
): Promise<void> {
  const queryKey = chatKey(chatId);
  cacheLeaf(client, chatId, leaf);
  await api.call('chats.set_leaf', { id: chatId, leaf_id: leaf });
  const shown = client.getQueryData<ChatDetail>(queryKey)?.chat.leaf_id;
  const isLate =
    shown !== leaf || client.isFetching({ queryKey }) > 0 || client.isFetching({ queryKey: ['chats'] }) > 0;
  if (isLate) await client.invalidateQueries({ queryKey });
}
