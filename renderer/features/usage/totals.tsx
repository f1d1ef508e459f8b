import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import type { LedgerFilter, UsageOverview } from '../../../electron/contract/usage-calls.ts';
import { formatCost, formatCount, formatDuration } from '../../ui/format.ts';
import { isCostUnknown } from './sums-text.ts';

type TotalsProps = { total: UsageOverview['total']; onShow: (filter: LedgerFilter) => void };

/** The numbers of a period. What is not known stands beside what is, and is never counted as nothing. */
export function Totals({ total, onShow }: TotalsProps) {
  const { t } = useTranslation('usage');
  const { unknown_cost_calls: unpriced, unknown_tokens_calls: uncounted } = total;
  const isAllUncounted = total.calls > 0 && uncounted === total.calls;
  const tokens = (count: number): string => formatCount(isAllUncounted ? null : count);
  return (
    <dl className="mb-8 grid grid-cols-2 gap-x-8 gap-y-5 md:grid-cols-4">
      <Total name={t('spend')} value={formatCost(isCostUnknown(total) ? null : total.cost_usd)}>
        {unpriced > 0 && <Note>{t('unknown_cost', { count: unpriced })}</Note>}
        {total.estimated_calls > 0 && (
          <Note>
            {t('estimated', { count: total.estimated_calls, cost: formatCost(total.estimated_cost_usd) })}
          </Note>
        )}
      </Total>
      <Total
        name={t('tokens')}
        value={`${tokens(total.input_tokens)} / ${tokens(total.output_tokens)}`}
        label={t('in_out')}
      >
        {/* Most providers do not tell, which is not the same as none. */}
        {total.cache_read_tokens > 0 && (
          <Note>{t('cached', { tokens: formatCount(total.cache_read_tokens) })}</Note>
        )}
        {total.reasoning_tokens > 0 && (
          <Note>{t('reasoning', { tokens: formatCount(total.reasoning_tokens) })}</Note>
        )}
        {uncounted > 0 && <Note>{t('unknown_tokens', { count: uncounted })}</Note>}
      </Total>
      <Total name={t('calls')} value={formatCount(total.calls)}>
        {total.errors > 0 && (
          <button
            type="button"
            onClick={() => onShow({ status: 'error' })}
            className="mt-0.5 block text-start text-small text-danger underline underline-offset-2"
          >
            {t('errors', { count: total.errors })}
          </button>
        )}
      </Total>
      <Total name={t('first_token')} value={formatDuration(total.first_token_p50_ms)} label={t('p50')}>
        <Note>{t('p95', { time: formatDuration(total.first_token_p95_ms) })}</Note>
        {total.tokens_per_second !== null && (
          <Note>{t('speed', { speed: formatCount(Math.round(total.tokens_per_second)) })}</Note>
        )}
      </Total>
    </dl>
  );
}

function Total({
  name,
  value,
  label,
  children,
}: {
  name: string;
  value: string;
  label?: string;
  children?: ReactNode;
}) {
  return (
    <div className="min-w-0">
      <dt className="text-small text-faint">{name}</dt>
      <dd className="wrap-anywhere">
        <span className="flex flex-wrap items-baseline gap-x-1.5">
          <span className="font-serif text-xl font-semibold tabular-nums">{value}</span>
          {label !== undefined && <span className="text-small text-faint">{label}</span>}
        </span>
        {children}
      </dd>
    </div>
  );
}

function Note({ children }: { children: ReactNode }) {
  return <span className="block text-small text-soft">{children}</span>;
}
