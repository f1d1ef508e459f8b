import { useTranslation } from 'react-i18next';

import type { ListedBudget } from '../../../electron/contract/budget-calls.ts';
import { paceOfBudget } from '../../../electron/contract/budgets.ts';
import { unknownOf } from '../../../electron/contract/keys.ts';
import { classNames } from '../../ui/class-names.ts';
import { formatCost, formatCount, formatDay } from '../../ui/format.ts';
import { SpentMeter } from '../../ui/spent-meter.tsx';
import { useBudgetName } from './use-budgets.ts';

const words = { fine: 'text-soft', fast: 'text-warning', near: 'text-warning', spent: 'text-danger' };

/** How much of a budget is gone, where in its period we are (the mark), and where that leads. */
export function BudgetMeter({ budget, now }: { budget: ListedBudget; now: number }) {
  const { t } = useTranslation('usage');
  const name = useBudgetName()(budget);
  const { usage, unit, stop } = budget;
  const { spent, share, passed, expected, level } = paceOfBudget(budget, usage, now);
  const unknown = unknownOf(usage, unit);
  const amount = (value: number) =>
    unit === 'usd'
      ? formatCost(value)
      : t('budget.tokens', { count: Math.round(value), amount: formatCount(Math.round(value)) });
  const said = t(`budget.used_${budget.period}`, { spent: amount(spent), amount: amount(budget.amount) });
  // The last day of the period, not the first one of the next.
  const end = formatDay(new Date(Date.parse(usage.until) - 1).toISOString());
  return (
    <div className="mt-2 max-w-xl">
      <SpentMeter label={name} said={said} share={share} passed={passed} level={level} />
      <p className={classNames('mt-1.5 text-small tabular-nums', words[level])}>
        {[
          said,
          ...(level === 'spent'
            ? [stop ? t('budget.stopped', { day: formatDay(usage.until) }) : t('budget.over')]
            : []),
          ...(expected !== null && spent > 0 && level !== 'spent'
            ? [t('budget.pace', { amount: amount(expected), day: end })]
            : []),
          ...(unknown > 0 ? [t('budget.unknown', { count: unknown })] : []),
        ].join(' ')}
      </p>
    </div>
  );
}
