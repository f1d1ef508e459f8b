import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { LedgerFilter, UsageOverview, UsageSlot } from '../../../electron/contract/usage-calls.ts';
import { formatCost, formatCount } from '../../ui/format.ts';
import { ChartFrame, NumberTable, ToggleButton } from './chart-frame.tsx';
import { periodOfMonth, slotKeys } from './period.ts';
import type { Period } from './period.ts';
import { costOf } from './sums-text.ts';

type BarChartProps = { overview: UsageOverview; period: Period; onShow: (filter: LedgerFilter) => void };

const measures = ['cost', 'tokens', 'calls'] as const;
type Measure = (typeof measures)[number];

/** Spend, tokens or calls over time; a bar opens its calls. */
export function BarChart({ overview, period, onShow }: BarChartProps) {
  const { t, i18n } = useTranslation('usage');
  const [measure, setMeasure] = useState<Measure>('cost');
  const { unit } = overview;
  const known = new Map(overview.over_time.map(slot => [slot.key, slot]));
  const keys = slotKeys(period, unit);
  const slots = [...new Set([...keys, ...known.keys()])].toSorted();
  const nameOf = (key: string): string => formatSlot(key, unit, i18n.language);
  const largest = Math.max(...overview.over_time.map(slot => measureOf(slot, measure)), 0);
  return (
    <ChartFrame
      title={t('over_time')}
      controls={measures.map(name => (
        <ToggleButton key={name} isOn={name === measure} onToggle={() => setMeasure(name)}>
          {t(`measure.${name}`)}
        </ToggleButton>
      ))}
      table={
        <NumberTable
          heads={[
            t(`unit.${unit}`),
            t('spend'),
            t('tokens_in'),
            t('tokens_out'),
            t('calls'),
            t('errors_head'),
          ]}
          rows={overview.over_time.map(slot => ({
            key: slot.key,
            cells: [
              nameOf(slot.key),
              costOf(slot, t),
              formatCount(slot.input_tokens),
              formatCount(slot.output_tokens),
              formatCount(slot.calls),
              formatCount(slot.errors),
            ],
          }))}
        />
      }
    >
      <p className="text-small text-faint tabular-nums" aria-hidden>
        {formatMeasure(largest, measure)}
      </p>
      <ul className="flex h-36 items-end gap-px border-b border-line-strong">
        {slots.map(key => (
          <Bar
            key={key}
            name={nameOf(key)}
            slot={known.get(key)}
            share={largest === 0 ? 0 : measureOf(known.get(key), measure) / largest}
            onOpen={() => onShow(filterOf(key, unit))}
          />
        ))}
      </ul>
      <p className="mt-1 flex justify-between gap-4 text-small text-faint">
        <span>{nameOf(slots[0] ?? '')}</span>
        <span>{nameOf(slots.at(-1) ?? '')}</span>
      </p>
    </ChartFrame>
  );
}

type BarProps = { name: string; slot: UsageSlot | undefined; share: number; onOpen: () => void };

function Bar({ name, slot, share, onOpen }: BarProps) {
  const { t } = useTranslation('usage');
  if (!slot) return <li className="h-full min-w-0 flex-1" aria-hidden />;
  const label = `${name}: ${costOf(slot, t)}, ${t('calls_count', { count: slot.calls })}`;
  return (
    <li className="flex h-full min-w-0 flex-1 items-end">
      <button
        type="button"
        aria-label={label}
        title={label}
        onClick={onOpen}
        className="group flex h-full w-full items-end hover:bg-hover"
      >
        <span
          className={`block min-h-0.5 w-full rounded-t-xs ${slot.unknown_cost_calls > 0 && slot.cost_usd === 0 ? 'bg-line-strong' : 'bg-accent'}`}
          style={{ height: `${Math.max(1, share * 100)}%` }}
        />
      </button>
    </li>
  );
}

function measureOf(slot: UsageSlot | undefined, measure: Measure): number {
  if (!slot) return 0;
  if (measure === 'cost') return slot.cost_usd;
  return measure === 'calls' ? slot.calls : slot.input_tokens + slot.output_tokens;
}

function formatMeasure(value: number, measure: Measure): string {
  return measure === 'cost' ? formatCost(value) : formatCount(value);
}

function filterOf(key: string, unit: UsageOverview['unit']): LedgerFilter {
  if (unit === 'hour') return { hour: key };
  return unit === 'day' ? { from: key, to: key } : periodOfMonth(key);
}

export function formatSlot(key: string, unit: UsageOverview['unit'], language: string): string {
  if (key === '') return '';
  if (unit === 'hour') {
    const options = { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' } as const;
    return new Intl.DateTimeFormat(language, options).format(new Date(key));
  }
  const [year = 1970, month = 1, day = 1] = key.split('-').map(Number);
  const options =
    unit === 'day' ? ({ dateStyle: 'medium' } as const) : ({ year: 'numeric', month: 'long' } as const);
  return new Intl.DateTimeFormat(language, options).format(new Date(year, month - 1, day));
}
