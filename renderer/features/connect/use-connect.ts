import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';

import type { ApiInput } from '../../../electron/contract/api.ts';
import { useApi } from '../../api.ts';

/** The last calls of one client, followed as they come. */
export function useCallsOf(client: string) {
  const api = useApi();
  const queries = useQueryClient();
  useEffect(
    () =>
      api.on('inspector.changed', () => void queries.invalidateQueries({ queryKey: ['calls-of', client] })),
    [api, queries, client],
  );
  return useQuery({
    queryKey: ['calls-of', client],
    queryFn: () => api.call('inspector.list', { client }),
    enabled: client !== '',
    refetchOnMount: 'always',
  });
}

/** What writing a tool's file would change. */
export function usePreviewFile() {
  const api = useApi();
  return useMutation({
    mutationFn: (input: ApiInput<'connect.preview'>) => api.call('connect.preview', input),
  });
}

export function useWriteFile() {
  const api = useApi();
  return useMutation({ mutationFn: (input: ApiInput<'connect.write'>) => api.call('connect.write', input) });
}
