import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';

import type { ApiInput } from '../../../electron/contract/api.ts';
import type { ListedBudget } from '../../../electron/contract/budget-calls.ts';
import { useApi } from '../../api.ts';

const budgetsKey = ['usage', 'budgets'] as const;

/** All budgets with what is used up of them, followed as calls end and parley.yaml changes. */
export function useBudgets() {
  const api = useApi();
  const client = useQueryClient();
  useEffect(() => {
    const refetch = () => void client.invalidateQueries({ queryKey: budgetsKey });
    const subscriptions = [api.on('app.changed', refetch), api.on('gateway_keys.changed', refetch)];
    return () => {
      for (const unsubscribe of subscriptions) unsubscribe();
    };
  }, [api, client]);
  return useQuery({
    queryKey: budgetsKey,
    queryFn: () => api.call('budgets.list', {}),
    refetchOnMount: 'always',
  });
}

/** Where a budget is kept: with a gateway key, or in parley.yaml. */
export type BudgetWish = {
  budget: ApiInput<'budgets.save'>['budget'];
  before: string | null;
  /** Of the gateway key whose budget it is. */
  key_id: string | null;
};

export function useSaveBudget() {
  const api = useApi();
  return useBudgetMutation(async ({ budget, before, key_id: id }: BudgetWish) => {
    if (id === null) return api.call('budgets.save', { budget, before });
    const { amount, unit = 'usd', period = 'month' } = budget;
    return api.call('gateway_keys.edit', { id, budget: { amount, unit, period } });
  });
}

export function useRemoveBudget() {
  const api = useApi();
  return useBudgetMutation(async ({ id, key_id: keyId }: ListedBudget) =>
    keyId === null
      ? api.call('budgets.remove', { id })
      : api.call('gateway_keys.edit', { id: keyId, budget: null }),
  );
}

function useBudgetMutation<Input>(mutationFn: (input: Input) => Promise<unknown>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn,
    onSuccess: () => client.invalidateQueries({ queryKey: budgetsKey }),
  });
}

/** What a budget is called. */
export function useBudgetName(): (budget: Pick<ListedBudget, 'backend' | 'client' | 'key_id'>) => string {
  const { t } = useTranslation('usage');
  return ({ backend, client, key_id: keyId }) => {
    if (backend !== undefined) return t('budget.of_backend', { name: backend });
    if (client === undefined) return t('budget.all');
    return t(keyId === null ? 'budget.of_client' : 'budget.of_key', { name: client });
  };
}
