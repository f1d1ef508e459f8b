import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import type { ApiInput, ApiOutput } from '../../../electron/contract/api.ts';
import type { DesktopState } from '../../../electron/contract/desktop-calls.ts';
import { useApi } from '../../api.ts';

const desktopKey = ['desktop'];

/** Settings of the desktop app, and what became of them; null in a browser. */
export function useDesktop() {
  const api = useApi();
  return useQuery({ queryKey: desktopKey, queryFn: () => api.call('desktop.get', {}) });
}

export function useDesktopEdit() {
  const api = useApi();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (patch: ApiInput<'desktop.set'>) => api.call('desktop.set', patch),
    // A box shows its tick at once; what the desktop made of it follows.
    onMutate: patch =>
      client.setQueryData<ApiOutput<'desktop.get'>>(
        desktopKey,
        state => state && { ...state, ...given(patch) },
      ),
    onSuccess: state => client.setQueryData(desktopKey, state),
    onError: () => client.invalidateQueries({ queryKey: desktopKey }),
  });
}

/** Without what was left out. */
function given(patch: ApiInput<'desktop.set'>): Partial<DesktopState> {
  return Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
}

export function useRelaunch() {
  const api = useApi();
  return useMutation({ mutationFn: () => api.call('desktop.relaunch', {}) });
}

/** The folder that was chosen, and the move there: Parley ends with it. */
export function useDataMove() {
  const api = useApi();
  const choose = useMutation({ mutationFn: () => api.call('desktop.choose_folder', {}) });
  const move = useMutation({ mutationFn: (to: string) => api.call('desktop.move_data', { to }) });
  return { choose, move };
}

export function useFetchScript() {
  const api = useApi();
  return useMutation({ mutationFn: (url: string) => api.call('scripts.fetch', { url }) });
}
