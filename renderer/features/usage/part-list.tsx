import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { LedgerFilter, UsageOverview, UsagePart } from '../../../electron/contract/usage-calls.ts';
import { formatCount, formatDuration } from '../../ui/format.ts';
import { ChartFrame, NumberTable, ToggleButton } from './chart-frame.tsx';
import { costOf } from './sums-text.ts';

const groups = ['model', 'backend', 'client', 'chat'] as const;
type Group = (typeof groups)[number];

/** Enough for a look; the table has them all. */
const shownParts = 8;

/** Who or what used it: the longest bar spent the most, or made the most calls where nothing was spent. */
export function PartList({
  overview,
  onShow,
}: {
  overview: UsageOverview;
  onShow: (filter: LedgerFilter) => void;
}) {
  const { t } = useTranslation('usage');
  const [group, setGroup] = useState<Group>('model');
  const parts = overview[`by_${group}`];
  const isFree = parts.every(part => part.cost_usd === 0);
  const sizeOf = (part: UsagePart): number => (isFree ? part.calls : part.cost_usd);
  const largest = Math.max(...parts.map(sizeOf), 0);
  const nameOf = (part: UsagePart): string => (group === 'chat' ? (part.title ?? t('gone_chat')) : part.key);
  return (
    <ChartFrame
      title={t('by')}
      controls={groups.map(name => (
        <ToggleButton key={name} isOn={name === group} onToggle={() => setGroup(name)}>
          {t(`group.${name}`)}
        </ToggleButton>
      ))}
      table={<PartTable parts={parts} head={t(`group.${group}`)} nameOf={nameOf} />}
    >
      {parts.length === 0 && <p className="py-2 text-soft">{t('no_parts')}</p>}
      <ul className="flex flex-col gap-0.5">
        {parts.slice(0, shownParts).map(part => (
          <li key={part.key}>
            <button
              type="button"
              onClick={() => onShow(group === 'chat' ? { chat_id: part.key } : { [group]: part.key })}
              className="grid w-full grid-cols-[minmax(0,2fr)_minmax(0,3fr)_minmax(0,2fr)] items-center gap-3 rounded-base px-2 py-1.5 text-start text-small hover:bg-hover"
            >
              <span dir="auto" className="truncate">
                {nameOf(part)}
              </span>
              <span aria-hidden className="block h-2">
                <span
                  className="block h-full min-w-0.5 rounded-xs bg-accent"
                  style={{ width: `${largest === 0 ? 0 : (sizeOf(part) / largest) * 100}%` }}
                />
              </span>
              <span className="text-end text-soft tabular-nums">
                {costOf(part, t)} · {t('calls_count', { count: part.calls })}
              </span>
            </button>
          </li>
        ))}
      </ul>
      {parts.length > shownParts && (
        <p className="mt-1 px-2 text-small text-faint">
          {t('more_parts', { count: parts.length - shownParts })}
        </p>
      )}
    </ChartFrame>
  );
}

type PartTableProps = { parts: UsagePart[]; head: string; nameOf: (part: UsagePart) => string };

function PartTable({ parts, head, nameOf }: PartTableProps) {
  const { t } = useTranslation('usage');
  return (
    <NumberTable
      heads={[
        head,
        t('spend'),
        t('tokens_in'),
        t('tokens_out'),
        t('calls'),
        t('errors_head'),
        t('first_token_p50'),
        t('first_token_p95'),
        t('speed_head'),
      ]}
      rows={parts.map(part => ({
        key: part.key,
        cells: [
          nameOf(part),
          costOf(part, t),
          formatCount(part.input_tokens),
          formatCount(part.output_tokens),
          formatCount(part.calls),
          formatCount(part.errors),
          formatDuration(part.first_token_p50_ms),
          formatDuration(part.first_token_p95_ms),
          formatCount(part.tokens_per_second === null ? null : Math.round(part.tokens_per_second)),
        ],
      }))}
    />
  );
}
