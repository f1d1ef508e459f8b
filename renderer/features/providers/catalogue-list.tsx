import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { CatalogueEntry } from '../../../electron/contract/provider-calls.ts';
import { TextField } from '../../ui/field.tsx';
import { ErrorNote, LoadingNote } from '../../ui/state-note.tsx';
import { LetterMark } from './letter-mark.tsx';
import { useCatalogue } from './use-providers.ts';

/** Every provider shipped with the app; those whose key is found already come first. */
export function CatalogueList({ onChoose }: { onChoose: (entry: CatalogueEntry) => void }) {
  const { t } = useTranslation('providers');
  const [query, setQuery] = useState('');
  const catalogue = useCatalogue();
  const found = (catalogue.data ?? [])
    .filter(({ type, title, host }) =>
      `${title} ${type} ${host}`.toLowerCase().includes(query.trim().toLowerCase()),
    )
    .toSorted((a, b) => rank(a) - rank(b) || a.title.localeCompare(b.title));
  return (
    <>
      <TextField
        label={t('catalogue.search')}
        type="search"
        value={query}
        onChange={event => setQuery(event.target.value)}
      />
      <ErrorNote error={catalogue.error} />
      {catalogue.isPending && <LoadingNote label={t('catalogue.reading')} />}
      {catalogue.data && found.length === 0 && <p className="text-soft">{t('catalogue.none')}</p>}
      <ul aria-label={t('catalogue.label')} className="grid gap-1 sm:grid-cols-2">
        {found.map(entry => (
          <li key={entry.type}>
            <button
              type="button"
              onClick={() => onChoose(entry)}
              className="flex w-full items-center gap-3 rounded-base p-2 text-start hover:bg-hover"
            >
              <LetterMark name={entry.title} />
              <span className="min-w-0">
                <span className="block truncate font-medium">
                  {entry.type === 'custom' ? t('catalogue.custom') : entry.title}
                </span>
                <span className="block truncate text-small text-soft">
                  <EntryNote entry={entry} />
                </span>
              </span>
            </button>
          </li>
        ))}
      </ul>
      <p className="text-small text-soft">{t('catalogue.script_hint')}</p>
    </>
  );
}

function EntryNote({ entry }: { entry: CatalogueEntry }) {
  const { t } = useTranslation('providers');
  const { backends, key_env: found } = entry;
  if (backends.length > 0) return t('catalogue.added_as', { names: backends.join(', ') });
  if (found !== null) return <span className="text-good">{t('catalogue.key_found', { name: found })}</span>;
  if (entry.type === 'custom') return t('catalogue.custom_hint');
  return entry.host || t('review.backend_url');
}

function rank(entry: CatalogueEntry): number {
  if (entry.type === 'custom') return 1;
  if (entry.backends.length > 0) return 3;
  return entry.key_env === null ? 2 : 0;
}
