import { ArrowLeft, RefreshCw } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';

import { Button } from '../../ui/button.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { Page, Section } from '../../ui/page.tsx';
import { EmptyNote, ErrorNote, LoadingNote } from '../../ui/state-note.tsx';
import { useMarkedModels } from '../model-picker/marked-models.ts';
import { rankModels } from '../model-picker/rank-models.ts';
import { reportError } from '../../ui/report-error.ts';
import { errorLine } from '../../ui/error-words.ts';
import type { CoreError } from '../../ui/error-words.ts';
import { AliasSection } from './alias-section.tsx';
import { ModelTable } from './model-table.tsx';
import { useAllModels, useRefreshModels } from './use-models-page.ts';

const views = ['shown', 'favourites', 'hidden', 'all'] as const;
type View = (typeof views)[number];

/** All models of all backends, and the names a person gives to some of them. */
export function ModelsPage() {
  const { t } = useTranslation('models_page');
  const models = useAllModels();
  const refresh = useRefreshModels();
  const favourites = useMarkedModels(marked => marked.favourites);
  const [query, setQuery] = useState('');
  const [view, setView] = useState<View>('shown');
  const own = (models.data?.models ?? []).filter(({ id, backend }) => id.startsWith(`${backend}/`));
  const found = rankModels(own, query).filter(({ id, hidden }) => {
    if (view === 'all') return true;
    if (view === 'favourites') return favourites.includes(id);
    return (hidden === true) === (view === 'hidden');
  });
  return (
    <Page
      wide
      title={t('title')}
      lead={t('lead')}
      actions={
        <>
          <Link
            href="/providers"
            className="inline-flex min-h-8 items-center gap-1.5 rounded-base border border-line-strong px-3 py-1 text-small font-medium hover:bg-hover"
          >
            <ArrowLeft aria-hidden size={16} className="rtl:-scale-x-100" />
            {t('back')}
          </Link>
          <Button
            disabled={refresh.isPending}
            onClick={() => refresh.mutate({ refresh: true }, { onError: reportError })}
          >
            <RefreshCw aria-hidden size={16} className={refresh.isPending ? 'animate-spin' : ''} />
            {t('refresh')}
          </Button>
        </>
      }
    >
      <AliasSection models={own} />
      <Section title={t('models')}>
        <div className="mb-3 grid gap-3 sm:grid-cols-[1fr_14rem]">
          <TextField
            label={t('search')}
            type="search"
            value={query}
            onChange={event => setQuery(event.target.value)}
          />
          <SelectField
            label={t('show')}
            value={view}
            // Safe: the options are the views.
            onChange={event => setView(event.target.value as View)}
          >
            {views.map(each => (
              <option key={each} value={each}>
                {t(`views.${each}`)}
              </option>
            ))}
          </SelectField>
        </div>
        <ErrorNote error={models.error} />
        {models.isPending && <LoadingNote />}
        {models.data && (
          <p role="status" className="mb-2 text-small text-soft">
            {t('count', { count: found.length })}
          </p>
        )}
        {models.data && found.length === 0 && <EmptyNote title={t('none')} />}
        {found.length > 0 && <ModelTable models={found} />}
        <Problems problems={models.data?.problems ?? []} />
      </Section>
    </Page>
  );
}

function Problems({ problems }: { problems: { backend: string; error: CoreError }[] }) {
  const { t } = useTranslation('models_page');
  if (problems.length === 0) return null;
  return (
    <ul aria-label={t('problems')} className="mt-4 flex flex-col gap-1 text-small text-danger">
      {problems.map(({ backend, error }) => (
        <li key={backend} className="wrap-anywhere">
          <span className="font-semibold">{backend}</span>: {errorLine(error)}
        </li>
      ))}
    </ul>
  );
}
