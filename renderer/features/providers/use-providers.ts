import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import type { ApiCallName, ApiInput, ApiOutput } from '../../../electron/contract/api.ts';
import type { BackendCheck } from '../../../electron/contract/backends.ts';
import { useApi } from '../../api.ts';
import type { ScriptFile } from './script-queue.ts';

// All begin with a word the core's events refresh: backends, providers, models.

export function useBackends() {
  const api = useApi();
  return useQuery({ queryKey: ['backends'], queryFn: () => api.call('backends.list', {}) });
}

/** This month's calls by backend. */
export function useBackendUse() {
  const api = useApi();
  return useQuery({
    queryKey: ['backends', 'use'],
    queryFn: () => api.call('backends.use', {}),
    refetchInterval: 30_000,
  });
}

export function useProviders() {
  const api = useApi();
  return useQuery({ queryKey: ['providers'], queryFn: () => api.call('providers.list', {}) });
}

export function useCatalogue() {
  const api = useApi();
  return useQuery({
    queryKey: ['providers', 'catalogue'],
    queryFn: () => api.call('catalogue.list', {}),
    staleTime: 60_000,
  });
}

export function useBackendKeys(name: string) {
  const api = useApi();
  return useQuery({
    queryKey: ['backends', 'keys', name],
    queryFn: () => api.call('keys.list', { name }),
    retry: false,
  });
}

export function useScript(type: string) {
  const api = useApi();
  return useQuery({
    queryKey: ['providers', 'script', type],
    queryFn: () => api.call('scripts.get', { type }),
    retry: false,
  });
}

/** What the script on disk asks for now; asked anew each time it is opened. */
export function useScriptReview(type: string) {
  const api = useApi();
  return useQuery({
    queryKey: ['script-review', type],
    queryFn: () => api.call('scripts.review', { type }),
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });
}

/** Asks a backend for its models right now; `soFar` is what the test has found out while it runs. */
export function useTestBackend(name: string) {
  const api = useApi();
  const [soFar, setSoFar] = useState<BackendCheck | null>(null);
  const test = useMutation({
    mutationFn: async () => {
      setSoFar(null);
      const stop = api.on('backends.checked', ({ check }) => {
        if (check.name === name) setSoFar(check);
      });
      return api.call('backends.test', { name }).finally(stop);
    },
  });
  return { ...test, soFar };
}

export const useAddBackend = () => useEdit('backends.add');
export const useRemoveBackend = () => useEdit('backends.remove');
export const useRestoreBackend = () => useEdit('backends.restore');
export const useUpdateBackend = () => useEdit('backends.update');
export const useDuplicateBackend = () => useEdit('backends.duplicate');
export const useReorderBackends = () => useEdit('backends.reorder');
export const useSaveKey = () => useEdit('backends.save_key');
export const useAddKey = () => useEdit('keys.add');
export const useAddReference = () => useEdit('keys.add_reference');
export const useRemoveKey = () => useEdit('keys.remove');
export const useGrant = () => useEdit('scripts.grant');
export const useRevoke = () => useEdit('scripts.revoke');
export const useApproveScript = () => useEdit('scripts.approve');
export const useEnableScript = () => useEdit('scripts.enable');
export const useRemoveScript = () => useEdit('scripts.remove');
export const useImportScript = () => useEdit('providers.import');

export function useTestKey() {
  const api = useApi();
  return useMutation({ mutationFn: (input: ApiInput<'keys.test'>) => api.call('keys.test', input) });
}

/** A script's dry run; writes nothing. */
export function useTryScript() {
  const api = useApi();
  return useMutation({ mutationFn: (input: ApiInput<'scripts.try'>) => api.call('scripts.try', input) });
}

/** What a script would be allowed to do; asks nobody and writes nothing. */
export function useInspection({ file_name, source, files }: ScriptFile) {
  const api = useApi();
  return useQuery({
    queryKey: ['inspection', file_name, source, files],
    queryFn: () => api.call('providers.inspect', { file_name, source, files }),
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });
}

/** A call that changes something the pages show. */
function useEdit<N extends ApiCallName>(name: N) {
  const api = useApi();
  const client = useQueryClient();
  return useMutation<ApiOutput<N>, Error, ApiInput<N>>({
    mutationFn: input => api.call(name, input),
    onSuccess: () =>
      Promise.all(
        ['backends', 'providers', 'models'].map(key => client.invalidateQueries({ queryKey: [key] })),
      ),
  });
}
