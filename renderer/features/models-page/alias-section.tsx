import { Pencil, Plus, Trash2, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';

import type { Model } from '../../../electron/contract/models.ts';
import type { Alias } from '../../../electron/contract/provider-calls.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Section } from '../../ui/page.tsx';
import { ErrorNote } from '../../ui/state-note.tsx';
import { errorLine } from '../../ui/error-words.ts';
import { reportError } from '../../ui/report-error.ts';
import { AliasDialog } from './alias-dialog.tsx';
import { useAliases, useRemoveAlias, useSaveAlias } from './use-models-page.ts';

const nobody: Alias = { name: '', targets: [], last_answer: null };

/** Names that lead to the first of some models that answers. */
export function AliasSection({ models }: { models: Model[] }) {
  const { t } = useTranslation('models_page');
  const aliases = useAliases();
  const [edited, setEdited] = useState<Alias | null>(null);
  return (
    <Section title={t('aliases.title')}>
      <p className="mb-3 max-w-prose text-soft">{t('aliases.lead')}</p>
      <ErrorNote error={aliases.error} />
      <ul aria-label={t('aliases.title')} className="flex flex-col divide-y divide-line">
        {aliases.data?.map(alias => (
          <AliasRow key={alias.name} alias={alias} onEdit={() => setEdited(alias)} />
        ))}
      </ul>
      <Button className="mt-3" onClick={() => setEdited(nobody)}>
        <Plus aria-hidden size={16} />
        {t('aliases.add')}
      </Button>
      {edited && <AliasDialog alias={edited} models={models} onClose={() => setEdited(null)} />}
    </Section>
  );
}

function AliasRow({ alias, onEdit }: { alias: Alias; onEdit: () => void }) {
  const { t, i18n } = useTranslation('models_page');
  const removeAlias = useRemoveAlias();
  const save = useSaveAlias();
  const { name, targets, last_answer: last } = alias;
  const undo = () =>
    void save
      .mutateAsync({ name, targets: targets.map(({ model }) => model), before: null })
      .catch(reportError);
  const remove = () =>
    void removeAlias
      .mutateAsync({ name })
      .then(
        () => toast(t('aliases.removed', { name }), { action: { label: t('undo'), onClick: undo } }),
        reportError,
      );
  return (
    <li aria-label={name} className="flex items-start gap-3 py-3">
      <div className="min-w-0 flex-1">
        <h3 className="font-mono font-semibold wrap-anywhere">{name}</h3>
        <ol className="mt-1 flex flex-col gap-0.5 text-small">
          {targets.map(({ model, problem }, index) => (
            <li key={model} className="wrap-anywhere">
              <span className="text-faint">{index + 1}.</span> <code className="font-mono">{model}</code>
              {problem !== null && (
                <span className="text-warning">
                  {' '}
                  <TriangleAlert aria-hidden size={13} className="inline align-text-bottom" />{' '}
                  {problem.type === 'error'
                    ? errorLine(problem.error)
                    : t(`aliases.problem.${problem.type}`, { backend: problem.backend })}
                </span>
              )}
            </li>
          ))}
        </ol>
        {last && (
          <p className="mt-1 text-small text-soft wrap-anywhere">
            {t('aliases.last', {
              model: last.model,
              time: new Date(last.at).toLocaleString(i18n.language, {
                dateStyle: 'short',
                timeStyle: 'short',
              }),
            })}
          </p>
        )}
      </div>
      <IconButton label={t('aliases.edit', { name })} onClick={onEdit}>
        <Pencil aria-hidden size={16} />
      </IconButton>
      <IconButton label={t('aliases.remove', { name })} onClick={remove} disabled={removeAlias.isPending}>
        <Trash2 aria-hidden size={16} />
      </IconButton>
    </li>
  );
}
