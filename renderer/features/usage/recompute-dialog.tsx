import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';

import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/field.tsx';
import { formatCost } from '../../ui/format.ts';
import { ErrorNote, LoadingNote } from '../../ui/state-note.tsx';
import { useToday } from '../chats/use-today.ts';
import { dayOf, periodOf } from './period.ts';
import { usePricePreview, useRecompute } from './use-prices.ts';

/** Past costs at the corrected prices: what would change is said first. */
export function RecomputeDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('usage');
  const today = dayOf(useToday());
  const [period, setPeriod] = useState(() => periodOf('month', today));
  const preview = usePricePreview(period);
  const recompute = useRecompute();
  const { calls = 0, old_cost_usd: before = 0, new_cost_usd: after = 0 } = preview.data ?? {};
  const unknown = preview.data?.old_unknown_calls ?? 0;
  const run = () =>
    recompute.mutate(period, {
      onSuccess: done => {
        toast.success(t('prices.done', { count: done.calls }));
        onClose();
      },
    });
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('prices.recompute_title')}
      actions={
        <>
          <Button onClick={onClose}>{t('budget.cancel')}</Button>
          <Button
            variant="primary"
            disabled={preview.isFetching || calls === 0 || recompute.isPending}
            onClick={run}
          >
            {recompute.isPending ? t('prices.working') : t('prices.run')}
          </Button>
        </>
      }
    >
      <p className="text-small text-soft">{t('prices.recompute_lead')}</p>
      <div className="grid grid-cols-2 gap-4">
        <TextField
          type="date"
          label={t('period.from')}
          value={period.from}
          max={period.to}
          onChange={event => event.target.value && setPeriod({ ...period, from: event.target.value })}
        />
        <TextField
          type="date"
          label={t('period.to')}
          value={period.to}
          min={period.from}
          onChange={event => event.target.value && setPeriod({ ...period, to: event.target.value })}
        />
      </div>
      {preview.isFetching && <LoadingNote label={t('loading')} />}
      {!preview.isFetching && preview.data && (
        <p role="status" className="tabular-nums">
          {calls === 0
            ? t('prices.nothing')
            : t('prices.preview', { count: calls, before: formatCost(before), after: formatCost(after) })}
          {unknown > 0 && ` ${t('prices.were_unknown', { count: unknown })}`}
        </p>
      )}
      <ErrorNote error={preview.error ?? recompute.error} />
    </Dialog>
  );
}
