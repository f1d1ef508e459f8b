import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import type { ApiInput } from '../../../electron/contract/api.ts';
import type { Preset } from '../../../electron/contract/chat-settings.ts';
import { useApi } from '../../api.ts';

export const presetsKey = ['presets'] as const;
const snippetsKey = ['snippets'] as const;

export function usePresets() {
  const api = useApi();
  return useQuery({ queryKey: presetsKey, queryFn: () => api.call('presets.list', {}) });
}

export function useSnippets() {
  const api = useApi();
  return useQuery({ queryKey: snippetsKey, queryFn: () => api.call('snippets.list', {}) });
}

/** The preset a new chat begins with. */
export function useDefaultPreset(): Preset | undefined {
  return usePresets().data?.find(preset => preset.is_default);
}

type Edit =
  | 'presets.save'
  | 'presets.delete'
  | 'presets.restore'
  | 'presets.set_default'
  | 'snippets.save'
  | 'snippets.delete'
  | 'snippets.restore';

/** A change of presets or snippets, after which both are read again. */
export function usePresetEdit<N extends Edit>(name: N) {
  const api = useApi();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (input: ApiInput<N>) => api.call(name, input),
    onSuccess: () =>
      Promise.all([presetsKey, snippetsKey].map(queryKey => client.invalidateQueries({ queryKey }))),
  });
}
