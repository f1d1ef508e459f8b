import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import type { ApiInput } from '../../../electron/contract/api.ts';
import { useApi } from '../../api.ts';
import type { ScriptFile } from './script-queue.ts';

export function useBackends() {
  const api = useApi();
  return useQuery({ queryKey: ['backends'], queryFn: () => api.call('backends.list', {}) });
}

export function useProviders() {
  const api = useApi();
  return useQuery({ queryKey: ['providers'], queryFn: () => api.call('providers.list', {}) });
}

/** Asks a backend for its models right now. */
export function useTestBackend() {
  const api = useApi();
  return useMutation({ mutationFn: (name: string) => api.call('backends.test', { name }) });
}

export function useAddBackend() {
  const api = useApi();
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (input: ApiInput<'backends.add'>) => api.call('backends.add', input),
    onSuccess: refresh,
  });
}

export function useRemoveBackend() {
  const api = useApi();
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (name: string) => api.call('backends.remove', { name }),
    onSuccess: refresh,
  });
}

export function useSaveKey() {
  const api = useApi();
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (input: ApiInput<'backends.save_key'>) => api.call('backends.save_key', input),
    onSuccess: refresh,
  });
}

/** What a script would be allowed to do; asks nobody and writes nothing. */
export function useInspection(script: ScriptFile) {
  const api = useApi();
  return useQuery({
    queryKey: ['inspection', script.file_name, script.source],
    queryFn: () => api.call('providers.inspect', script),
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });
}

export function useImportScript() {
  const api = useApi();
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (input: ApiInput<'providers.import'>) => api.call('providers.import', input),
    onSuccess: refresh,
  });
}

function useRefresh() {
  const client = useQueryClient();
  return () =>
    Promise.all(
      ['backends', 'providers', 'models'].map(key => client.invalidateQueries({ queryKey: [key] })),
    );
}
