import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { LedgerFilter, UsageSlot } from '../../../electron/contract/usage-calls.ts';
import { IconButton } from '../../ui/button.tsx';
import { formatCount } from '../../ui/format.ts';
import { useToday } from '../chats/use-today.ts';
import { formatSlot } from './bar-chart.tsx';
import { ChartFrame, NumberTable } from './chart-frame.tsx';
import { addDays, dayOf } from './period.ts';
import { costOf } from './sums-text.ts';
import { useDays } from './use-usage.ts';

/** A year, a square a day and a column a week; the darker, the more calls. A square opens its calls. */
export function HeatMap({ onShow }: { onShow: (filter: LedgerFilter) => void }) {
  const { t, i18n } = useTranslation('usage');
  const today = dayOf(useToday());
  const thisYear = Number(today.slice(0, 4));
  const [year, setYear] = useState(thisYear);
  const days = useDays({ from: `${year}-01-01`, to: `${year}-12-31` });
  const known = new Map((days.data ?? []).map(slot => [slot.key, slot]));
  const most = Math.max(...[...known.values()].map(({ calls }) => calls), 0);
  const nameOf = (day: string): string => formatSlot(day, 'day', i18n.language);
  return (
    <ChartFrame
      title={t('year_title', { year: String(year) })}
      controls={
        <>
          <IconButton label={t('year_before')} onClick={() => setYear(year - 1)}>
            <ChevronLeft aria-hidden size={16} className="rtl:-scale-x-100" />
          </IconButton>
          <IconButton label={t('year_after')} disabled={year >= thisYear} onClick={() => setYear(year + 1)}>
            <ChevronRight aria-hidden size={16} className="rtl:-scale-x-100" />
          </IconButton>
        </>
      }
      table={
        <NumberTable
          heads={[t('unit.day'), t('spend'), t('calls')]}
          rows={[...known.values()].map(slot => ({
            key: slot.key,
            cells: [nameOf(slot.key), costOf(slot, t), formatCount(slot.calls)],
          }))}
        />
      }
    >
      <ul className="grid grid-flow-col grid-cols-[repeat(54,minmax(0,1fr))] grid-rows-7 gap-0.5">
        {daysOf(year).map((day, index) => (
          <Square
            key={day}
            day={day}
            row={index === 0 ? weekday(day) : undefined}
            name={nameOf(day)}
            slot={known.get(day)}
            most={most}
            onOpen={() => onShow({ from: day, to: day })}
          />
        ))}
      </ul>
      <p className="mt-2 flex items-center gap-1.5 text-small text-faint">
        {t('less')}
        {looks.map(look => (
          <span key={look} aria-hidden className={`size-2.5 rounded-xs ${look}`} />
        ))}
        {t('more')}
      </p>
    </ChartFrame>
  );
}

const looks = ['bg-hover', 'bg-accent/30', 'bg-accent/55', 'bg-accent/80', 'bg-accent'];

type SquareProps = {
  day: string;
  row: number | undefined;
  name: string;
  slot: UsageSlot | undefined;
  most: number;
  onOpen: () => void;
};

function Square({ row, name, slot, most, onOpen }: SquareProps) {
  const { t } = useTranslation('usage');
  const place = row === undefined ? {} : { style: { gridRowStart: row } };
  if (!slot) return <li aria-hidden className={`aspect-square rounded-xs ${looks[0]}`} {...place} />;
  // By the square root: one busy day must not make all others look the same.
  const level = Math.min(4, Math.ceil(Math.sqrt(slot.calls / most) * 4));
  const label = `${name}: ${t('calls_count', { count: slot.calls })}, ${costOf(slot, t)}`;
  return (
    <li className="aspect-square" {...place}>
      <button
        type="button"
        aria-label={label}
        title={label}
        onClick={onOpen}
        className={`block size-full rounded-xs hover:outline-2 hover:outline-line-strong ${looks[level]}`}
      />
    </li>
  );
}

function daysOf(year: number): string[] {
  const days: string[] = [];
  for (let day = `${year}-01-01`; day <= `${year}-12-31`; day = addDays(day, 1)) days.push(day);
  return days;
}

/** Monday is the first row. */
function weekday(day: string): number {
  return ((new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7) + 1;
}
