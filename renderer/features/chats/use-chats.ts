import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { useApi } from '../../api.ts';
import { cacheChat, chatKey } from '../thread/chat-cache.ts';

const chatsKey = ['chats'] as const;
// Begins as the key of the chats does: both are told to change by one event.
const foldersKey = ['chats', 'folders'] as const;

/** All chats, as the core orders them. */
export function useChats() {
  const api = useApi();
  const client = useQueryClient();
  return useQuery({
    queryKey: [...chatsKey, 'list'],
    queryFn: async () => {
      const chats = await api.call('chats.list', {});
      // There may be thousands of chats, of which few were opened.
      for (const chat of chats) if (client.getQueryState(chatKey(chat.id))) cacheChat(client, chat);
      return chats;
    },
  });
}

export function useFolders() {
  const api = useApi();
  return useQuery({ queryKey: foldersKey, queryFn: () => api.call('folders.list', {}) });
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

/** Pins, archives or files a chat. */
export function useOrganizeChat() {
  return useChatMutation('chats.organize');
}

export function useCreateFolder() {
  return useChatMutation('folders.create');
}

export function useRenameFolder() {
  return useChatMutation('folders.rename');
}

export function useDeleteFolder() {
  return useChatMutation('folders.delete');
}

type Change =
  | 'chats.rename'
  | 'chats.delete'
  | 'chats.restore'
  | 'chats.organize'
  | 'folders.create'
  | 'folders.rename'
  | 'folders.delete';

function useChatMutation<N extends Change>(name: N) {
  const api = useApi();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (input: Parameters<typeof api.call<N>>[1]) => api.call(name, input),
    onSuccess: () => client.invalidateQueries({ queryKey: chatsKey }),
  });
}
