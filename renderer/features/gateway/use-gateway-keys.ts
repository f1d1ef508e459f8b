import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';

import type { ApiInput } from '../../../electron/contract/api.ts';
import { useApi } from '../../api.ts';

const keysKey = ['gateway-keys'] as const;

/** Calls come many a second; what they have used up is asked for once in so many milliseconds. */
const usagePause = 1_000;

/** All keys with what they have used up, followed as tools call. */
export function useGatewayKeys() {
  const api = useApi();
  const client = useQueryClient();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const refetch = () => void client.invalidateQueries({ queryKey: keysKey });
    const later = () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        refetch();
      }, usagePause);
    };
    const subscriptions = [api.on('gateway_keys.changed', refetch), api.on('calls.changed', later)];
    return () => {
      clearTimeout(timer);
      for (const unsubscribe of subscriptions) unsubscribe();
    };
  }, [api, client]);
  // Tools may have called, and the month may have ended, while this page was closed.
  return useQuery({
    queryKey: keysKey,
    queryFn: () => api.call('gateway_keys.list', {}),
    refetchOnMount: 'always',
  });
}

export function useCreateKey() {
  return useKeyMutation('gateway_keys.create');
}

export function useEditKey() {
  return useKeyMutation('gateway_keys.edit');
}

export function useRevokeKey() {
  return useKeyMutation('gateway_keys.revoke');
}

function useKeyMutation<N extends 'gateway_keys.create' | 'gateway_keys.edit' | 'gateway_keys.revoke'>(
  name: N,
) {
  const api = useApi();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (input: ApiInput<N>) => api.call(name, input),
    onSuccess: () => client.invalidateQueries({ queryKey: keysKey }),
  });
}
