import { useQuery } from '@tanstack/react-query';

import { useApi } from '../../api.ts';

/** Models of all backends, and why a backend has none. */
export function useModels() {
  const api = useApi();
  return useQuery({
    queryKey: ['models'],
    queryFn: () => api.call('models.list', {}),
    staleTime: 60_000,
    // Backends that were too slow to answer are looked for again.
    refetchInterval: ({ state }) =>
      state.data?.problems.some(({ error }) => error.code === 'upstream_timeout') ? 5_000 : false,
  });
}
