import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';

import type { ListedBudget } from '../../../electron/contract/budget-calls.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyNote, ErrorNote, LoadingNote } from '../../ui/state-note.tsx';
import { reportError } from '../../ui/report-error.ts';
import { tellEnd } from '../../ui/tell-end.ts';
import { BudgetDialog } from './budget-dialog.tsx';
import { BudgetMeter } from './budget-meter.tsx';
import { useBudgetName, useBudgets, useRemoveBudget } from './use-budgets.ts';

/** What may be used up, and how far it is. */
export function BudgetList() {
  const { t } = useTranslation('usage');
  const budgets = useBudgets();
  const [edited, setEdited] = useState<ListedBudget | 'new' | null>(null);
  const all = budgets.data ?? [];
  return (
    <>
      <ErrorNote error={budgets.error} />
      {budgets.isPending && <LoadingNote label={t('loading')} />}
      {budgets.data?.length === 0 && <EmptyNote title={t('budget.none')}>{t('budget.none_hint')}</EmptyNote>}
      {all.length > 0 && (
        <ul aria-label={t('budget.list')} className="mb-4 flex flex-col divide-y divide-line">
          {all.map(budget => (
            <BudgetRow
              key={budget.id}
              budget={budget}
              now={budgets.dataUpdatedAt}
              onEdit={() => setEdited(budget)}
            />
          ))}
        </ul>
      )}
      <Button onClick={() => setEdited('new')}>
        <Plus aria-hidden size={16} />
        {t('budget.add')}
      </Button>
      {edited !== null && (
        <BudgetDialog edited={edited === 'new' ? null : edited} onClose={() => setEdited(null)} />
      )}
    </>
  );
}

function BudgetRow({ budget, now, onEdit }: { budget: ListedBudget; now: number; onEdit: () => void }) {
  const { t } = useTranslation('usage');
  const name = useBudgetName()(budget);
  const remove = useRemoveBudget();
  return (
    <li className="flex flex-wrap items-start justify-between gap-x-4 gap-y-1 py-4">
      <div className="min-w-0 flex-1 basis-72">
        <span className="flex flex-wrap items-baseline gap-x-2">
          <bdi className="font-medium wrap-anywhere">{name}</bdi>
          <span className="text-small text-faint">{t(budget.stop ? 'budget.stops' : 'budget.warns')}</span>
        </span>
        <BudgetMeter budget={budget} now={now} />
      </div>
      <div className="flex gap-1">
        <Button variant="quiet" aria-label={t('budget.edit_of', { name })} onClick={onEdit}>
          {t('budget.edit')}
        </Button>
        <Button
          variant="quiet"
          aria-label={t('budget.remove_of', { name })}
          onClick={() =>
            tellEnd(remove.mutateAsync(budget), {
              onSuccess: () => toast(t('budget.removed')),
              onError: reportError,
            })
          }
        >
          {t('budget.remove')}
        </Button>
      </div>
    </li>
  );
}
