import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';

import { useApi } from '../../api.ts';

const updatesKey = ['updates'];

/** Newer versions: what is known, and what the person wants of them. */
export function useUpdates() {
  const api = useApi();
  const client = useQueryClient();
  useEffect(
    () => api.on('updates.changed', () => void client.invalidateQueries({ queryKey: updatesKey })),
    [api, client],
  );
  const state = useQuery({ queryKey: updatesKey, queryFn: () => api.call('updates.get', {}) });
  const onSettled = () => client.invalidateQueries({ queryKey: updatesKey });
  const check = useMutation({ mutationFn: () => api.call('updates.check', {}), onSettled });
  const download = useMutation({ mutationFn: () => api.call('updates.download', {}), onSettled });
  const install = useMutation({ mutationFn: () => api.call('updates.install', {}) });
  const setMode = useMutation({
    mutationFn: (mode: 'ask' | 'off') => api.call('updates.set_mode', { mode }),
    onSettled,
  });
  return { state, check, download, install, setMode };
}

/** Crashes and the end of the log. */
export function useProblems() {
  const api = useApi();
  const problems = useQuery({
    queryKey: ['problems'],
    queryFn: () => api.call('problems.get', {}),
    gcTime: 0,
  });
  const open = useMutation({ mutationFn: () => api.call('problems.open_folder', {}) });
  return { problems, open };
}
