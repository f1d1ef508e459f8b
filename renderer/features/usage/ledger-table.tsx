import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Call } from '../../../electron/contract/calls.ts';
import { formatCost, formatTime } from '../../ui/format.ts';
import { answeredAs } from './answered-as.ts';
import { canSort, fitColumns } from './ledger-columns.ts';
import type { LedgerColumn } from './ledger-columns.ts';
import { useColumnText } from './use-column-text.ts';
import type { LedgerSort } from './use-usage.ts';

type LedgerTableProps = {
  rows: Call[];
  /** All rows there are, those that are not loaded included. */
  total: number;
  columns: readonly string[];
  sorted: LedgerSort;
  /** Few enough rows to be sorted by any column. */
  isSmall: boolean;
  onSort: (sort: LedgerSort) => void;
  onOpen: (call: Call) => void;
  /** The reader is near the end of what is loaded. */
  onNearEnd: () => void;
};

const rowHeight = 36;
const nearEnd = 40;

/** Only the rows around the reader are on the page; columns that do not fit fold away, into the details of a call. */
export function LedgerTable(props: LedgerTableProps) {
  const { rows, total, columns, sorted, isSmall, onSort, onOpen, onNearEnd } = props;
  const { t } = useTranslation('usage');
  const scrollRef = useRef<HTMLDivElement>(null);
  const width = useWidth(scrollRef);
  // Nothing here is memoized by a compiler.
  // oxlint-disable-next-line react/incompatible-library
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scrollRef.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    scrollMargin: rowHeight,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= rows.length - nearEnd) onNearEnd();
  }, [last, rows.length, onNearEnd]);
  const shown = fitColumns(columns, width);
  const template = {
    gridTemplateColumns: shown
      .map(({ id, width: px }) => (id === 'model' ? 'minmax(0, 1fr)' : `${px}px`))
      .join(' '),
  };
  return (
    <div
      ref={scrollRef}
      role="region"
      aria-label={t('ledger')}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a long table scrolls with the keyboard
      tabIndex={0}
      className="max-h-[70vh] overflow-x-hidden overflow-y-auto text-small tabular-nums"
    >
      <div role="table" aria-label={t('ledger')} aria-rowcount={total + 1} className="relative">
        <div role="rowgroup" className="sticky top-0 z-1 bg-paper">
          <div
            role="row"
            aria-rowindex={1}
            style={{ ...template, height: rowHeight }}
            className="grid items-center border-b border-line-strong font-medium text-faint"
          >
            {shown.map(column => (
              <Head key={column.id} column={column} sorted={sorted} isSmall={isSmall} onSort={onSort} />
            ))}
          </div>
        </div>
        <div role="rowgroup" style={{ height: rows.length * rowHeight }}>
          {items.map(item => {
            const call = rows[item.index];
            return (
              call && (
                <div
                  key={call.id}
                  role="row"
                  aria-rowindex={item.index + 2}
                  style={{ ...template, height: rowHeight, top: item.start }}
                  className="absolute inset-x-0 grid items-center border-b border-line hover:bg-hover"
                >
                  {shown.map(column => (
                    <Cell key={column.id} column={column} call={call} onOpen={onOpen} />
                  ))}
                </div>
              )
            );
          })}
        </div>
      </div>
    </div>
  );
}

type HeadProps = { column: LedgerColumn } & Pick<LedgerTableProps, 'sorted' | 'isSmall' | 'onSort'>;

function Head({ column, sorted, isSmall, onSort }: HeadProps) {
  const { t } = useTranslation('usage');
  const side = column.isNumber ? 'text-end' : 'text-start';
  const name = t(column.name);
  if (!canSort(column, isSmall)) {
    return (
      <div role="columnheader" title={t('too_many_to_sort', { name })} className={`truncate px-2 ${side}`}>
        {name}
      </div>
    );
  }
  const isOn = sorted.sort === column.sort;
  const isDown = sorted.order === 'newest';
  const Arrow = isDown ? ArrowDown : ArrowUp;
  // A column is first sorted the way it is mostly wanted: the most, the newest; names from A.
  const next = isOn ? !isDown : column.isNumber || column.sort === null;
  return (
    <div
      role="columnheader"
      aria-sort={isOn ? (isDown ? 'descending' : 'ascending') : 'none'}
      className={`min-w-0 px-2 ${side}`}
    >
      <button
        type="button"
        title={name}
        onClick={() => onSort({ sort: column.sort, order: next ? 'newest' : 'oldest' })}
        className="inline-flex min-h-6 max-w-full items-center gap-1 font-medium hover:text-ink"
      >
        <span className="truncate">{name}</span>
        {isOn && <Arrow aria-hidden size={13} className="shrink-0" />}
      </button>
    </div>
  );
}

const statusLooks: Record<Call['status'], string> = {
  ok: 'text-good',
  error: 'text-danger',
  cancelled: 'text-soft',
  interrupted: 'text-warning',
};

type CellProps = { column: LedgerColumn; call: Call; onOpen: (call: Call) => void };

function Cell({ column, call, onOpen }: CellProps) {
  const { t } = useTranslation('usage');
  const text = useColumnText()(column, call);
  if (column.id === 'time') {
    return (
      <div role="cell" className="min-w-0 px-2">
        <button
          type="button"
          onClick={() => onOpen(call)}
          // The whole row opens it.
          className="block w-full truncate text-start text-soft after:absolute after:inset-0 after:content-['']"
        >
          <time dateTime={call.started_at}>{formatTime(call.started_at)}</time>
        </button>
      </div>
    );
  }
  const answered = column.id === 'model' ? answeredAs(call) : null;
  const isEstimated = column.isNumber && call.tokens_origin === 'estimated' && /tokens|cost/.test(column.id);
  const isRecomputed = column.id === 'cost' && call.recomputed_at !== null;
  const note = isRecomputed
    ? t('recomputed', { cost: formatCost(call.original_cost_usd) })
    : isEstimated
      ? t('estimated_title')
      : `${text}${answered === null ? '' : ` → ${answered}`}`;
  const look = column.id === 'status' ? statusLooks[call.status] : '';
  return (
    <div
      role="cell"
      dir={column.isNumber ? undefined : 'auto'}
      title={note}
      className={`truncate px-2 leading-tight ${column.isNumber ? 'text-end' : 'text-start'} ${look}`}
    >
      {isEstimated && text !== '—' ? `≈ ${text}` : text}
      {isRecomputed && (
        <s className="block truncate text-[0.6875rem] text-faint">{formatCost(call.original_cost_usd)}</s>
      )}
      {answered !== null && <span className="text-faint"> → {answered}</span>}
    </div>
  );
}

function useWidth(ref: { current: HTMLElement | null }): number {
  const [width, setWidth] = useState(1000);
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return;
    const measure = (): void => setWidth(element.clientWidth);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [ref]);
  return width;
}
