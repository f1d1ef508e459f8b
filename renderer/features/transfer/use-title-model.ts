import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { useApi } from '../../api.ts';
import { useModels } from '../model-picker/use-models.ts';

const titlesKey = ['titles'] as const;

/** Who makes the titles of chats, and who could. */
export function useTitleModel() {
  const api = useApi();
  const client = useQueryClient();
  const models = useModels();
  const setting = useQuery({ queryKey: titlesKey, queryFn: () => api.call('titles.get', {}) });
  const change = useMutation({
    mutationFn: (model: string | null) => api.call('titles.set', { model }),
    onMutate: model => client.setQueryData(titlesKey, { model }),
    onSettled: () => client.invalidateQueries({ queryKey: titlesKey }),
  });
  return {
    model: setting.data?.model ?? null,
    models: models.data?.models ?? [],
    choose: (model: string | null) => change.mutate(model),
    error: change.error ?? setting.error,
  };
}
