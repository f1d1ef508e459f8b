import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { useApi } from '../../api.ts';
import { cacheChat } from '../thread/chat-cache.ts';

const chatsKey = ['chats'] as const;

/** All chats, as the core orders them. */
export function useChats() {
  const api = useApi();
  const client = useQueryClient();
  return useQuery({
    queryKey: chatsKey,
    queryFn: async () => {
      const chats = await api.call('chats.list', {});
      for (const chat of chats) cacheChat(client, chat);
      return chats;
    },
  });
}

export function useRenameChat() {
  return useChatMutation('chats.rename');
}

export function useDeleteChat() {
  return useChatMutation('chats.delete');
}

export function useRestoreChat() {
  return useChatMutation('chats.restore');
}

function useChatMutation<N extends 'chats.rename' | 'chats.delete' | 'chats.restore'>(name: N) {
  const api = useApi();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (input: Parameters<typeof api.call<N>>[1]) => api.call(name, input),
    onSuccess: () => client.invalidateQueries({ queryKey: chatsKey }),
  });
}
