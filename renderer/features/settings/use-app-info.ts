import { useQuery } from '@tanstack/react-query';

import { useApi } from '../../api.ts';

export function useAppInfo() {
  const api = useApi();
  return useQuery({ queryKey: ['app'], queryFn: () => api.call('app.info', {}) });
}
