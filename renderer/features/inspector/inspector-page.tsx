import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'wouter';

import type { InspectedCall } from '../../../electron/contract/inspector.ts';
import { inspectedStatuses } from '../../../electron/contract/inspector.ts';
import { classNames } from '../../ui/class-names.ts';
import { EmptyNote, ErrorNote, LoadingNote } from '../../ui/state-note.tsx';
import { CallList } from './call-list.tsx';
import { CallView } from './call-view.tsx';
import { choicesOf, filterCalls, noFilter } from './filter-calls.ts';
import type { CallFilter } from './filter-calls.ts';
import { useInspectedCalls } from './use-inspector.ts';

/** The last calls as they went over the wires, beside the one that is open. */
export function InspectorPage({ callId }: { callId: string | null }) {
  const { t } = useTranslation('inspector');
  const [, navigate] = useLocation();
  const calls = useInspectedCalls();
  const [filter, setFilter] = useState(noFilter);
  const shown = filterCalls(calls.data ?? [], filter);
  return (
    <div className="flex h-full min-h-0">
      <div
        className={classNames(
          'min-h-0 w-full flex-col border-e border-line px-3 pt-6 pb-3 md:flex md:w-84 md:shrink-0',
          callId === null ? 'flex' : 'hidden',
        )}
      >
        <div className="mb-3 flex items-baseline justify-between gap-2 px-2">
          <h1 className="font-serif text-title leading-tight font-semibold">{t('title')}</h1>
          <Link
            href="/gateway"
            className="rounded-base text-small text-soft underline underline-offset-2 hover:text-ink"
          >
            {t('gateway')}
          </Link>
        </div>
        <Filters calls={calls.data ?? []} filter={filter} onFilter={setFilter} />
        <ErrorNote error={calls.error} />
        {calls.isPending && <LoadingNote label={t('loading')} />}
        {calls.data && shown.length === 0 && (
          <div className="px-2">
            <EmptyNote title={t(calls.data.length === 0 ? 'none' : 'none_like')}>{t('none_hint')}</EmptyNote>
          </div>
        )}
        {shown.length > 0 && (
          <CallList
            calls={shown}
            openId={callId}
            onOpen={id => navigate(`/inspector/${id}`, { replace: callId !== null })}
          />
        )}
      </div>
      <div
        className={classNames(
          'min-h-0 min-w-0 flex-1 overflow-y-auto px-5 pt-6 pb-16 sm:px-8',
          callId === null && 'hidden md:block',
        )}
      >
        {callId === null ? (
          <p className="pt-10 text-faint">{t('choose')}</p>
        ) : (
          <div className="mx-auto max-w-4xl">
            <Link href="/inspector" className="mb-3 inline-block text-small text-soft underline md:hidden">
              {t('back')}
            </Link>
            <CallView key={callId} id={callId} />
          </div>
        )}
      </div>
    </div>
  );
}

type FiltersProps = {
  calls: readonly InspectedCall[];
  filter: CallFilter;
  onFilter: (filter: CallFilter) => void;
};

function Filters({ calls, filter, onFilter }: FiltersProps) {
  const { t } = useTranslation('inspector');
  const fields = ['client', 'backend', 'status'] as const;
  const nameOf = (field: (typeof fields)[number], value: string) => {
    const status = inspectedStatuses.find(each => each === value);
    return field === 'status' && status ? t(`status.${status}`) : value;
  };
  return (
    <div role="group" aria-label={t('filter.label')} className="mb-3 grid grid-cols-3 gap-1.5 px-2">
      {fields.map(field => (
        <select
          key={field}
          aria-label={t(`filter.${field}`)}
          value={filter[field]}
          onChange={event => onFilter({ ...filter, [field]: event.target.value })}
          className="min-h-8 w-full min-w-0 rounded-base border border-line-strong bg-paper px-1 text-small"
        >
          <option value="">{t(`filter.any_${field}`)}</option>
          {choicesOf(calls, field, filter[field]).map(value => (
            <option key={value} value={value}>
              {nameOf(field, value)}
            </option>
          ))}
        </select>
      ))}
    </div>
  );
}
