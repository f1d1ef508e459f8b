import type { ListedBudget } from '../../../electron/contract/budget-calls.ts';
import type { KeyBudget } from '../../../electron/contract/keys.ts';
import type { BudgetWish } from './use-budgets.ts';

/** A budget as it stands in the fields. */
export type BudgetForm = {
  /** `all`, `backend NAME`, `client NAME`, or `key ID`. */
  scope: string;
  amount: string;
  unit: KeyBudget['unit'];
  period: KeyBudget['period'];
  stop: boolean;
};

/** Null for what is no amount; a comma may stand for the point. */
export function readAmount(text: string): number | null {
  const trimmed = text.trim();
  if (!/^\d+(?:[.,]\d+)?$/.test(trimmed)) return null;
  const amount = Number(trimmed.replace(',', '.'));
  return amount > 0 && amount <= 1e15 ? amount : null;
}

export function scopeOf({
  backend,
  client,
  key_id: keyId,
}: Pick<ListedBudget, 'backend' | 'client' | 'key_id'>): string {
  if (keyId !== null) return `key ${keyId}`;
  if (backend !== undefined) return `backend ${backend}`;
  return client === undefined ? 'all' : `client ${client}`;
}

export function toWish(
  { scope, amount, unit, period, stop }: Omit<BudgetForm, 'amount'> & { amount: number },
  edited: ListedBudget | null,
): BudgetWish {
  const [kind = 'all'] = scope.split(' ');
  const name = scope.slice(kind.length + 1);
  return {
    budget: {
      ...(kind === 'backend' ? { backend: name } : {}),
      ...(kind === 'client' ? { client: name } : {}),
      amount,
      unit,
      period,
      stop,
    },
    before: edited?.key_id === null ? edited.id : null,
    key_id: kind === 'key' ? name : null,
  };
}
