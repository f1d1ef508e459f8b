import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';

import type { ApiInput } from '../../../electron/contract/api.ts';
import { useApi } from '../../api.ts';
import { newChatDraft } from '../composer/drafts.ts';
import { useModelChoice } from '../model-picker/model-choice.ts';

/** What can be used on this machine; null where a backend is set up already. */
export function useFirstStart() {
  const api = useApi();
  return useQuery({
    // Below `backends`: whoever removes the last one is a newcomer again.
    queryKey: ['backends', 'first-start'],
    queryFn: () => api.call('first_start.look', {}),
    // A model server may be started while one reads this.
    refetchInterval: ({ state }) => (state.data === null ? false : 10_000),
  });
}

/** Sets a provider up and offers its first model for the chat that begins. */
export function useProvider() {
  const api = useApi();
  const client = useQueryClient();
  const { choose } = useModelChoice();
  const { t } = useTranslation('start');
  return useMutation({
    async mutationFn(input: ApiInput<'first_start.use'>) {
      const used = await api.call('first_start.use', input);
      const list = await api.call('models.list', {});
      client.setQueryData(['models'], list);
      const first = list.models.find(({ backend }) => backend === used.backend);
      if (first) choose(newChatDraft, first.id);
      return used;
    },
    // Here and not with the call: whoever called is gone as soon as there is a model.
    onSuccess: ({ backend }) => {
      toast.success(t('chosen', { backend }));
      document.querySelector<HTMLElement>('[data-composer]')?.focus();
      return client.invalidateQueries({ queryKey: ['backends'] });
    },
  });
}
