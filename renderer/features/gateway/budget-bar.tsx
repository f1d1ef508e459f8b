import { useTranslation } from 'react-i18next';

import type { KeyBudget, ListedKey } from '../../../electron/contract/keys.ts';
import { classNames } from '../../ui/class-names.ts';
import { formatCost, formatCount, formatDay } from '../../ui/format.ts';
import { SpentMeter } from '../../ui/spent-meter.tsx';
import { paceOf } from './budget-pace.ts';

const words = { fine: 'text-faint', fast: 'text-warning', near: 'text-warning', spent: 'text-danger' };

type BudgetBarProps = { name: string; budget: KeyBudget; usage: ListedKey['usage']; now: number };

/** How much of a budget is gone, where in its period we are (the mark), and where that leads. */
export function BudgetBar({ name, budget, usage, now }: BudgetBarProps) {
  const { t } = useTranslation('gateway');
  const { spent, share, passed, expected, level, unknown } = paceOf(budget, usage, now);
  const amount = (value: number) =>
    budget.unit === 'usd'
      ? formatCost(value)
      : t('keys.tokens', { count: Math.round(value), amount: formatCount(Math.round(value)) });
  const said = t(`keys.budget_${budget.period}`, { spent: amount(spent), budget: amount(budget.amount) });
  return (
    <div className="mt-1.5 max-w-md">
      <SpentMeter
        label={t('keys.budget_of', { name })}
        said={said}
        share={share}
        passed={passed}
        level={level}
      />
      <p className={classNames('mt-1 text-small', words[level])}>
        {said}
        {level === 'spent' && ` ${t('keys.spent', { day: formatDay(usage.until) })}`}
        {level !== 'spent' && expected !== null && spent > 0 && (
          <> {t('keys.pace', { amount: amount(expected) })}</>
        )}
        {unknown > 0 && <> {t('keys.unknown', { count: unknown })}</>}
      </p>
    </div>
  );
}
