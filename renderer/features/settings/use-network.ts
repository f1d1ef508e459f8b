import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import type { ApiInput } from '../../../electron/contract/api.ts';
import { useApi } from '../../api.ts';

/** The network settings as parley.yaml has them now; an edit by hand arrives as any other. */
export function useNetwork() {
  const api = useApi();
  const client = useQueryClient();
  const settings = useQuery({ queryKey: ['network'], queryFn: () => api.call('network.get', {}) });
  const save = useMutation({
    mutationFn: (wish: ApiInput<'network.set'>) => api.call('network.set', wish),
    onSuccess: () => client.invalidateQueries({ queryKey: ['network'] }),
  });
  return { settings, save };
}

export function useHostTest() {
  const api = useApi();
  return useMutation({ mutationFn: (host: string) => api.call('network.test', { host }) });
}
