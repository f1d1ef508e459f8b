import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { useApi } from '../../api.ts';

const keysKey = ['gateway-keys'] as const;

export function useGatewayKeys() {
  const api = useApi();
  return useQuery({ queryKey: keysKey, queryFn: () => api.call('gateway_keys.list', {}) });
}

export function useCreateKey() {
  const api = useApi();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (name: string) => api.call('gateway_keys.create', { name }),
    onSuccess: () => client.invalidateQueries({ queryKey: keysKey }),
  });
}

export function useRevokeKey() {
  const api = useApi();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.call('gateway_keys.revoke', { id }),
    onSuccess: () => client.invalidateQueries({ queryKey: keysKey }),
  });
}
