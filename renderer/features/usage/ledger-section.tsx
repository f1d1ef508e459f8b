import { X } from 'lucide-react';
import { useCallback, useState } from 'react';
import type { Ref } from 'react';
import { useTranslation } from 'react-i18next';

import type { Call } from '../../../electron/contract/calls.ts';
import type { LedgerFilter, UsageSums } from '../../../electron/contract/usage-calls.ts';
import { Button } from '../../ui/button.tsx';
import { formatCount } from '../../ui/format.ts';
import { EmptyNote, ErrorNote, LoadingNote } from '../../ui/state-note.tsx';
import { formatSlot } from './bar-chart.tsx';
import { CallDialog } from './call-dialog.tsx';
import { ColumnChoice } from './column-choice.tsx';
import { readColumns, writeColumns } from './ledger-columns.ts';
import { LedgerFilters } from './ledger-filters.tsx';
import { LedgerMenu } from './ledger-menu.tsx';
import { LedgerTable } from './ledger-table.tsx';
import { costOf } from './sums-text.ts';
import { useLedger, useLedgerSum } from './use-usage.ts';
import type { LedgerSort } from './use-usage.ts';

type LedgerSectionProps = {
  sectionRef: Ref<HTMLElement>;
  /** What is shown: what was chosen, within the period. */
  filter: LedgerFilter;
  narrowed: LedgerFilter;
  onNarrow: (filter: LedgerFilter) => void;
};

/** Every call that passes the filter, and what they used together. */
export function LedgerSection({ sectionRef, filter, narrowed, onNarrow }: LedgerSectionProps) {
  const { t } = useTranslation('usage');
  const [wish, setWish] = useState<LedgerSort>({ sort: null, order: 'newest' });
  const [columns, setColumns] = useState(readColumns);
  const [opened, setOpened] = useState<Call | null>(null);
  const ledger = useLedger(filter, wish);
  const sum = useLedgerSum(filter);
  const { sort = null, is_small: isSmall = false } = ledger.data?.pages[0] ?? {};
  const rows = ledger.data?.pages.flatMap(page => page.calls) ?? [];
  const { hasNextPage, isFetching, fetchNextPage } = ledger;
  const loadMore = useCallback(() => {
    if (hasNextPage && !isFetching) void fetchNextPage();
  }, [hasNextPage, isFetching, fetchNextPage]);
  const chooseColumns = (ids: string[]): void => {
    setColumns(ids);
    writeColumns(ids);
  };
  const isFiltered = Object.keys(narrowed).length > 0;
  return (
    <section
      ref={sectionRef}
      tabIndex={-1}

      className="scroll-mt-4 outline-none"
    >
      <div className="mb-3 flex flex-wrap items-center justify-between gap-2">
        <h2 className="text-body font-semibold">{t('ledger')}</h2>
        <div className="flex flex-wrap gap-2">
          <ColumnChoice chosen={columns} onChoose={chooseColumns} />
          <LedgerMenu filter={filter} />
        </div>
      </div>
      <LedgerFilters filter={narrowed} onChange={onNarrow} />
      <TimeNote filter={narrowed} onChange={onNarrow} />
      {sum.data && <SumLine sum={sum.data} />}
      <ErrorNote error={ledger.error}>
        <Button onClick={() => void ledger.refetch()}>{t('again')}</Button>
      </ErrorNote>
      {ledger.isPending && <LoadingNote label={t('loading')} />}
      {ledger.data && rows.length === 0 && !hasNextPage && (
        <EmptyNote title={isFiltered ? t('no_match') : t('no_calls')}>
          {isFiltered ? t('no_match_hint') : t('no_calls_hint')}
        </EmptyNote>
      )}
      {ledger.data && (rows.length > 0 || hasNextPage) && (
        <LedgerTable
          rows={rows}
          total={Math.max(rows.length, sum.data?.calls ?? 0)}
          columns={columns}
          sorted={{ sort, order: wish.order }}
          isSmall={isSmall}
          onSort={setWish}
          onOpen={setOpened}
          onNearEnd={loadMore}
        />
      )}
      {opened && <CallDialog call={opened} onClose={() => setOpened(null)} />}
    </section>
  );
}

function SumLine({ sum }: { sum: UsageSums }) {
  const { t } = useTranslation('usage');
  return (
    <p role="status" className="mb-2 text-small text-soft tabular-nums">
      {t('sum', {
        calls: t('calls_count', { count: sum.calls }),
        cost: costOf(sum, t),
        input: formatCount(sum.input_tokens),
        output: formatCount(sum.output_tokens),
      })}
    </p>
  );
}

/** A time or a chat, which no field of the filters shows. */
function TimeNote({ filter, onChange }: { filter: LedgerFilter; onChange: (filter: LedgerFilter) => void }) {
  const { t, i18n } = useTranslation('usage');
  const { hour, from, to, chat_id: chatId, ...others } = filter;
  const notes: { key: string; text: string; rest: LedgerFilter }[] = [];
  const time = {
    ...(hour === undefined ? {} : { hour }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
  if (hour !== undefined)
    notes.push({
      key: 'hour',
      text: formatSlot(hour, 'hour', i18n.language),
      rest: chatId === undefined ? others : { ...others, chat_id: chatId },
    });
  else if (from !== undefined) {
    const [first, last] = [from, to ?? from].map(day => formatSlot(day, 'day', i18n.language));
    const text = first === last ? (first ?? '') : `${first} – ${last}`;
    notes.push({ key: 'days', text, rest: chatId === undefined ? others : { ...others, chat_id: chatId } });
  }
  if (chatId !== undefined) notes.push({ key: 'chat', text: t('one_chat'), rest: { ...others, ...time } });
  if (notes.length === 0) return null;
  return (
    <ul className="mb-2 flex flex-wrap gap-2">
      {notes.map(({ key, text, rest }) => (
        <li key={key}>
          <button
            type="button"
            onClick={() => onChange(rest)}
            aria-label={t('remove_filter', { name: text })}
            className="inline-flex min-h-7 items-center gap-1.5 rounded-base bg-accent-soft px-2.5 text-small text-ink hover:bg-active"
          >
            {text}
            <X aria-hidden size={13} />
          </button>
        </li>
      ))}
    </ul>
  );
}
