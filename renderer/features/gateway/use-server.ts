import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';

import type { ApiInput } from '../../../electron/contract/api.ts';
import { useApi } from '../../api.ts';

const serverKey = ['server'] as const;

export function useServer() {
  const api = useApi();
  const client = useQueryClient();
  useEffect(
    () => api.on('app.changed', () => void client.invalidateQueries({ queryKey: serverKey })),
    [api, client],
  );
  return useQuery({
    queryKey: serverKey,
    queryFn: () => api.call('server.get', {}),
    refetchOnMount: 'always',
  });
}

/** Saves settings; a page that came from the old address goes on at the new one. */
export function useChangeServer() {
  const api = useApi();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (changes: ApiInput<'server.change'>) => api.call('server.change', changes),
    onSuccess: ({ ui, ...state }) => {
      client.setQueryData(serverKey, state);
      const isOurs = location.pathname.startsWith('/ui');
      if (!isOurs || ui === null || new URL(ui).port === location.port) return;
      const moved = new URL(ui);
      // The browser keeps to the name it came by, which the page may be known by alone.
      moved.hostname = location.hostname;
      moved.hash = location.hash;
      location.assign(moved);
    },
  });
}
