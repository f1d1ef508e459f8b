import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';

import type { ApiInput } from '../../../electron/contract/api.ts';
import { useApi } from '../../api.ts';

const listKey = ['inspector', 'list'] as const;
const callKey = (id: string) => ['inspector', 'call', id] as const;

/** The last calls, newest first, followed as they come and end. Mounted once on a page. */
export function useInspectedCalls() {
  const api = useApi();
  const client = useQueryClient();
  useEffect(
    () =>
      api.on('inspector.changed', ({ ids }) => {
        void client.invalidateQueries({ queryKey: listKey });
        for (const id of ids) void client.invalidateQueries({ queryKey: callKey(id) });
      }),
    [api, client],
  );
  return useQuery({
    queryKey: listKey,
    queryFn: () => api.call('inspector.list', {}),
    refetchOnMount: 'always',
  });
}

export function useInspectedCall(id: string) {
  const api = useApi();
  return useQuery({
    queryKey: callKey(id),
    queryFn: () => api.call('inspector.get', { id }),
    refetchOnMount: 'always',
    placeholderData: (before, query) => (query?.queryKey[2] === id ? keepPreviousData(before) : undefined),
  });
}

/** The call as a command for a shell, put on the clipboard. */
export function useCopyCurl() {
  const api = useApi();
  return useMutation({
    mutationFn: async (input: ApiInput<'inspector.curl'>) => {
      const { command } = await api.call('inspector.curl', input);
      await navigator.clipboard.writeText(command);
    },
  });
}

export function useReplay() {
  const api = useApi();
  return useMutation({ mutationFn: (id: string) => api.call('inspector.replay', { id }) });
}

/** The message a call of the chat has answered; null for calls of tools. */
export function useMessageOf(id: string, isOfChat: boolean) {
  const api = useApi();
  return useQuery({
    queryKey: ['inspector', 'message-of', id],
    queryFn: async () => (await api.call('ledger.get', { id })).message,
    enabled: isOfChat,
  });
}
