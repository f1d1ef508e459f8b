import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { useApi } from '../../api.ts';

/** What is stored on this machine, and the wish to have it gone. */
export function usePrivacy() {
  const api = useApi();
  const client = useQueryClient();
  const stored = useQuery({ queryKey: ['privacy'], queryFn: () => api.call('privacy.get', {}) });
  const erase = useMutation({
    mutationFn: (wanted: boolean) => api.call('privacy.erase', { wanted }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['privacy'] }),
  });
  return { stored, erase };
}
