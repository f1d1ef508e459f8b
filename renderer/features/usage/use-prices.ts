import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import type { ApiInput } from '../../../electron/contract/api.ts';
import { useApi } from '../../api.ts';

const pricesKey = ['usage-prices'] as const;

/** What every model costs, and where that is from. */
export function usePrices() {
  const api = useApi();
  return useQuery({
    queryKey: pricesKey,
    queryFn: () => api.call('prices.list', {}),
    refetchOnMount: 'always',
  });
}

export function useSavePrice() {
  const api = useApi();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (input: ApiInput<'prices.save'>) => api.call('prices.save', input),
    onSuccess: () => client.invalidateQueries({ queryKey: pricesKey }),
  });
}

/** What computing past costs anew would change. */
export function usePricePreview(which: ApiInput<'prices.preview'>) {
  const api = useApi();
  return useQuery({
    queryKey: [...pricesKey, 'preview', which],
    queryFn: () => api.call('prices.preview', which),
    staleTime: 0,
    gcTime: 0,
  });
}

export function useRecompute() {
  const api = useApi();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (which: ApiInput<'prices.recompute'>) => api.call('prices.recompute', which),
    onSettled: () => client.invalidateQueries({ queryKey: ['usage'] }),
  });
}
