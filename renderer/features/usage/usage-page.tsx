import { useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'wouter';

import type { LedgerFilter } from '../../../electron/contract/usage-calls.ts';
import { Button } from '../../ui/button.tsx';
import { Page } from '../../ui/page.tsx';
import { ErrorNote, LoadingNote } from '../../ui/state-note.tsx';
import { BarChart } from './bar-chart.tsx';
import { BudgetList } from './budget-list.tsx';
import { HeatMap } from './heat-map.tsx';
import { LedgerSection } from './ledger-section.tsx';
import { PartList } from './part-list.tsx';
import { PeriodPicker } from './period-picker.tsx';
import type { Period } from './period.ts';
import { PriceList } from './price-list.tsx';
import { Totals } from './totals.tsx';
import { useFreshUsage, useOverview } from './use-usage.ts';
import { usePeriod } from './use-period.ts';
import { panelOf, UsageTabs, usageTabs } from './usage-tabs.tsx';

const leads = { overview: 'lead', budgets: 'budget.lead', prices: 'prices.lead' } as const;

/** What was used, what may be, and what it costs. */
export function UsagePage() {
  const { t } = useTranslation('usage');
  const { tab = '' } = useParams<{ tab?: string }>();
  const current = usageTabs.find(each => each === tab) ?? 'overview';
  useFreshUsage();
  return (
    <Page wide title={t('title')} lead={t(leads[current])}>
      <UsageTabs current={current} />
      <div {...panelOf(current)}>
        {current === 'overview' && <Overview />}
        {current === 'budgets' && <BudgetList />}
        {current === 'prices' && <PriceList />}
      </div>
    </Page>
  );
}

/** What was used, and the ledger behind it: every part of the first opens its calls in the second. */
function Overview() {
  const choice = usePeriod();
  const [narrowed, setNarrowed] = useState<LedgerFilter>({});
  const ledgerRef = useRef<HTMLElement>(null);
  const { period } = choice;
  const filter = useMemo(() => withPeriod(narrowed, period), [narrowed, period]);
  const show = (more: LedgerFilter): void => {
    setNarrowed(more);
    ledgerRef.current?.scrollIntoView({ block: 'start' });
    ledgerRef.current?.focus({ preventScroll: true });
  };
  return (
    <>
      <PeriodPicker choice={choice} />
      <Dashboard period={period} onShow={show} />
      <LedgerSection sectionRef={ledgerRef} filter={filter} narrowed={narrowed} onNarrow={setNarrowed} />
    </>
  );
}

function Dashboard({ period, onShow }: { period: Period; onShow: (filter: LedgerFilter) => void }) {
  const { t } = useTranslation('usage');
  const overview = useOverview(period);
  if (!overview.data) {
    return overview.isPending ? (
      <LoadingNote label={t('loading')} />
    ) : (
      <ErrorNote error={overview.error}>
        <Button onClick={() => void overview.refetch()}>{t('again')}</Button>
      </ErrorNote>
    );
  }
  return (
    <>
      {!overview.data.is_complete && (
        <p role="status" className="mb-4 text-small text-warning">
          {t('counting')}
        </p>
      )}
      <Totals total={overview.data.total} onShow={onShow} />
      {overview.data.total.calls > 0 && (
        <>
          <BarChart overview={overview.data} period={period} onShow={onShow} />
          <PartList overview={overview.data} onShow={onShow} />
        </>
      )}
      <HeatMap onShow={onShow} />
    </>
  );
}

/** A bar has a time of its own; all other parts are of the period that is shown. */
function withPeriod(filter: LedgerFilter, period: Period): LedgerFilter {
  const hasTime = filter.hour !== undefined || filter.from !== undefined;
  return hasTime ? filter : { ...filter, ...period };
}
