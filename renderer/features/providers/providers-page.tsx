import { Plus, Rows3 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';

import type { BackendStatus, ProviderInfo } from '../../../electron/contract/backends.ts';
import { Button } from '../../ui/button.tsx';
import { Page, Section } from '../../ui/page.tsx';
import { EmptyNote, ErrorNote, LoadingNote } from '../../ui/state-note.tsx';
import { useModels } from '../model-picker/use-models.ts';
import { reportError } from '../../ui/report-error.ts';
import { errorLine } from '../../ui/error-words.ts';
import { AddBackendDialog } from './add-backend-dialog.tsx';
import { BackendRow } from './backend-row.tsx';
import { moveName } from './backend-state.ts';
import { ImportMenu } from './import-menu.tsx';
import { SaveKeyDialog } from './save-key-dialog.tsx';
import { useBackends, useBackendUse, useProviders, useReorderBackends } from './use-providers.ts';

export function ProvidersPage() {
  const { t } = useTranslation('providers');
  const backends = useBackends();
  const providers = useProviders();
  const [isAdding, setAdding] = useState(false);
  // A backend that was just added and cannot work before it gets a key.
  const [keyless, setKeyless] = useState<string | null>(null);
  const all = backends.data ?? [];
  return (
    <Page
      title={t('title')}
      actions={
        <>
          <Link
            href="/providers/models"
            className="inline-flex min-h-8 items-center gap-1.5 rounded-base border border-line-strong px-3 py-1 text-small font-medium hover:bg-hover"
          >
            <Rows3 aria-hidden size={16} />
            {t('models_and_aliases')}
          </Link>
          <ImportMenu />
          <Button variant="primary" onClick={() => setAdding(true)}>
            <Plus aria-hidden size={16} />
            {t('add')}
          </Button>
        </>
      }
    >
      {/* Below the buttons, which leave it no room beside them. */}
      <p className="-mt-4 mb-4 max-w-prose text-soft">{t('lead')}</p>
      <ErrorNote error={backends.error ?? providers.error} />
      {backends.isPending && <LoadingNote />}
      {backends.data?.length === 0 && <EmptyNote title={t('empty')}>{t('empty_hint')}</EmptyNote>}
      {all.length > 0 && <BackendList backends={all} />}
      <BrokenScripts scripts={providers.data?.filter(({ error }) => error !== null) ?? []} />
      {isAdding && (
        <AddBackendDialog
          taken={all.map(({ name }) => name)}
          onClose={() => setAdding(false)}
          onAdded={backend => {
            setAdding(false);
            if (backend.needs_key && !backend.key) setKeyless(backend.name);
          }}
        />
      )}
      {keyless !== null && <SaveKeyDialog name={keyless} onClose={() => setKeyless(null)} />}
    </Page>
  );
}

/** The first one is asked first where several have a model. */
function BackendList({ backends }: { backends: BackendStatus[] }) {
  const { t } = useTranslation('providers');
  const models = useModels();
  const use = useBackendUse();
  const reorder = useReorderBackends();
  const names = backends.filter(({ demo }) => !demo).map(({ name }) => name);
  const moveTo = (name: string, to: number) => {
    const next = moveName(names, name, to);
    if (next.every((each, index) => each === names[index])) return;
    reorder.mutate({ names: next }, { onError: reportError });
  };
  const counts = new Map<string, number>();
  for (const { id, backend } of models.data?.models ?? []) {
    // An alias stands in the list as its first model.
    if (id.startsWith(`${backend}/`)) counts.set(backend, (counts.get(backend) ?? 0) + 1);
  }
  const problemOf = (name: string) => models.data?.problems.find(({ backend }) => backend === name)?.error;
  return (
    <ul aria-label={t('backends')} className="flex flex-col divide-y divide-line">
      {backends.map(backend => {
        const at = names.indexOf(backend.name);
        const isMovable = at !== -1 && names.length > 1;
        return (
          <BackendRow
            key={backend.name}
            backend={backend}
            problem={problemOf(backend.name)}
            hasHandles={names.length > 1}
            modelCount={counts.get(backend.name)}
            use={use.data?.find(each => each.backend === backend.name)}
            taken={backends.map(({ name }) => name)}
            {...(isMovable
              ? {
                  onMove: (by: number) => moveTo(backend.name, at + by),
                  onDropName: (name: string) => moveTo(name, at),
                }
              : {})}
          />
        );
      })}
    </ul>
  );
}

function BrokenScripts({ scripts }: { scripts: ProviderInfo[] }) {
  const { t } = useTranslation('providers');
  if (scripts.length === 0) return null;
  return (
    <div className="mt-10">
      <Section title={t('broken_scripts')}>
        <ul className="flex flex-col gap-3">
          {scripts.map(({ file, type, origin, error }) => (
            <li key={file}>
              <p className="font-medium">{type}</p>
              {error && <p className="text-danger wrap-anywhere">{errorLine(error)}</p>}
              <p className="font-mono text-small text-faint wrap-anywhere">{file}</p>
              {origin === 'user' && (
                <Link
                  href={`/providers/studio/${type}`}
                  aria-label={t('edit_script_of', { type })}
                  className="rounded-sm text-small underline underline-offset-2"
                >
                  {t('menu.edit')}
                </Link>
              )}
            </li>
          ))}
        </ul>
      </Section>
    </div>
  );
}
