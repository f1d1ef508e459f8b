import { useQuery } from '@tanstack/react-query';

import { useApi } from '../../api.ts';

/** Models of all backends, and why a backend has none. */
export function useModels() {
  const api = useApi();
  return useQuery({ queryKey: ['models'], queryFn: () => api.call('models.list', {}), staleTime: 60_000 });
}
