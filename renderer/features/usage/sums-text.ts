import type { TFunction } from 'i18next';

import type { UsageSums } from '../../../electron/contract/usage-calls.ts';
import { formatCost } from '../../ui/format.ts';

/** What is known of a cost, and how many calls it says nothing about. */
export function costOf(sums: UsageSums, t: TFunction<'usage'>): string {
  const { cost_usd: cost, unknown_cost_calls: unknown } = sums;
  if (unknown === 0) return formatCost(cost);
  return isCostUnknown(sums)
    ? formatCost(null)
    : `${formatCost(cost)} ${t('plus_unknown', { count: unknown })}`;
}

/** Nothing at all is known: what did not fail has no price. */
export function isCostUnknown({
  cost_usd: cost,
  unknown_cost_calls: unknown,
  errors,
  calls,
}: UsageSums): boolean {
  return cost === 0 && unknown > 0 && unknown + errors >= calls;
}
