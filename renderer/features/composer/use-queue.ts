import { useMutation, useQuery } from '@tanstack/react-query';

import type { ApiInput } from '../../../electron/contract/api.ts';
import type { QueuedMessage } from '../../../electron/contract/threads.ts';
import { useApi } from '../../api.ts';

const none: QueuedMessage[] = [];

/** Messages of a chat that wait for an answer to end. The core tells when they change. */
export function useQueue(chatId: string | null): QueuedMessage[] {
  const api = useApi();
  const { data } = useQuery({
    queryKey: ['queue', chatId],
    queryFn: () => api.call('queue.list', { chat_id: chatId ?? '' }),
    enabled: chatId !== null,
  });
  return data ?? none;
}

export function useEnqueue() {
  const api = useApi();
  return useMutation({ mutationFn: (input: ApiInput<'queue.add'>) => api.call('queue.add', input) });
}

export function useQueueActions() {
  const api = useApi();
  const changing = useMutation({
    mutationFn: (input: ApiInput<'queue.change'>) => api.call('queue.change', input),
  });
  const removing = useMutation({ mutationFn: (id: string) => api.call('queue.remove', { id }) });
  const resuming = useMutation({
    mutationFn: (chatId: string) => api.call('queue.resume', { chat_id: chatId }),
  });
  return { change: changing.mutateAsync, remove: removing.mutateAsync, resume: resuming.mutateAsync };
}
