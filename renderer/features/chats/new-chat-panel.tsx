import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import type { Model } from '../../../electron/contract/models.ts';
import { ErrorNote } from '../../ui/state-note.tsx';
import { WaysToAModel } from '../first-start/ways-to-a-model.tsx';
import type { ModelList } from '../model-picker/model-groups.ts';
import { modelLabel } from '../model-picker/model-groups.ts';

type NewChatPanelProps = { list: ModelList | undefined; model: Model | undefined; error: Error | null };

/** What stands where the messages will be: a word on whom one writes to, and the way to a real model. */
export function NewChatPanel({ list, model, error }: NewChatPanelProps) {
  const { t } = useTranslation('start');
  if (error) return <Panel title={t('list_failed')} lead={<ErrorNote error={error} />} />;
  if (!list) return null;
  if (!model) {
    return (
      <Panel title={t('none.title')} lead={t('none.lead')}>
        <WaysToAModel />
      </Panel>
    );
  }
  if (!model.demo) {
    const { backend } = modelLabel(model.id);
    return <Panel title={t('ready.title')} lead={t('ready.lead', { model: model.name, backend })} />;
  }
  return (
    <Panel title={t('eliza.title')} lead={t('eliza.lead')}>
      <WaysToAModel />
    </Panel>
  );
}

function Panel({ title, lead, children }: { title: string; lead: ReactNode; children?: ReactNode }) {
  return (
    <div className="mx-auto flex min-h-full max-w-measure flex-col justify-center px-4 py-10 sm:px-5">
      <h1 className="font-serif text-title leading-tight font-semibold">{title}</h1>
      <div className="mt-2 max-w-prose text-soft">{lead}</div>
      {children}
    </div>
  );
}
