import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import type { ApiInput, ApiOutput } from '../../../electron/contract/api.ts';
import { useApi } from '../../api.ts';

type EditName = 'backups.create' | 'backups.delete' | 'backups.restore';

export function useBackups() {
  const api = useApi();
  return useQuery({ queryKey: ['backups'], queryFn: () => api.call('backups.list', {}) });
}

export function useBackupEdit<N extends EditName>(name: N) {
  const api = useApi();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (input: ApiInput<N>): Promise<ApiOutput<N>> => api.call(name, input),
    onSettled: () => client.invalidateQueries({ queryKey: ['backups'] }),
  });
}

/** What of a snapshot's chats is not here, and taking it over. */
export function useMerge(name: string) {
  const api = useApi();
  const client = useQueryClient();
  const preview = useQuery({
    queryKey: ['backup-chats', name],
    queryFn: () => api.call('backups.preview', { name }),
    // What is here changes with every message.
    gcTime: 0,
  });
  const merge = useMutation({
    mutationFn: (chatIds: string[]) => api.call('backups.merge', { name, chat_ids: chatIds }),
    onSettled: () => client.invalidateQueries({ queryKey: ['chats'] }),
  });
  return { preview, merge };
}
