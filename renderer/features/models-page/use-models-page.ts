import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import type { ApiCallName, ApiInput, ApiOutput } from '../../../electron/contract/api.ts';
import { useApi } from '../../api.ts';

/** Models of all backends, the hidden ones too. */
export function useAllModels() {
  const api = useApi();
  return useQuery({
    queryKey: ['models', 'all'],
    queryFn: () => api.call('models.list', { hidden: true }),
    staleTime: 60_000,
  });
}

export function useAliases() {
  const api = useApi();
  return useQuery({ queryKey: ['models', 'aliases'], queryFn: () => api.call('aliases.list', {}) });
}

export const useRefreshModels = () => useEdit('models.list');
export const useHideModel = () => useEdit('models.hide');
export const useSaveAlias = () => useEdit('aliases.save');
export const useRemoveAlias = () => useEdit('aliases.remove');

function useEdit<N extends ApiCallName>(name: N) {
  const api = useApi();
  const client = useQueryClient();
  return useMutation<ApiOutput<N>, Error, ApiInput<N>>({
    mutationFn: input => api.call(name, input),
    onSuccess: () => client.invalidateQueries({ queryKey: ['models'] }),
  });
}
