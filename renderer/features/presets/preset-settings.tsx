import { Pencil, Plus, Star, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';

import type { Snippet } from '../../../electron/contract/chat-settings.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { ErrorNote } from '../../ui/state-note.tsx';
import { reportError } from '../../ui/report-error.ts';
import { PresetDialog } from './preset-dialog.tsx';
import type { PresetDraft } from './preset-dialog.tsx';
import { PresetIcon } from './preset-icon.tsx';
import { SnippetDialog } from './snippet-dialog.tsx';
import { usePresetEdit, usePresets, useSnippets } from './use-presets.ts';

const blankPreset: PresetDraft = { name: '', icon: '', model: null, settings: {} };
/** Settings: the presets one has. */
export function PresetSettings() {
  const { t } = useTranslation('presets');
  const presets = usePresets();
  const [edited, setEdited] = useState<PresetDraft | null>(null);
  const remove = useRemove('presets.delete', 'presets.restore');
  const setDefault = usePresetEdit('presets.set_default');
  return (
    <>
      <p className="mb-3 max-w-prose text-soft">{t('presets_lead')}</p>
      <ErrorNote error={presets.error} />
      <ul aria-label={t('presets')} className="mb-3 flex flex-col">
        {presets.data?.map(preset => (
          <Row
            key={preset.id}
            name={preset.name}
            sign={<PresetIcon preset={preset} />}
            detail={preset.model ?? preset.settings.instructions ?? ''}
            onEdit={() => setEdited(preset)}
            onRemove={() => remove(preset)}
          >
            <IconButton
              label={t('as_default', { name: preset.name })}
              aria-pressed={preset.is_default}
              onClick={() =>
                setDefault.mutate({ id: preset.is_default ? null : preset.id }, { onError: reportError })
              }
            >
              <Star aria-hidden size={16} fill={preset.is_default ? 'currentColor' : 'none'} />
            </IconButton>
          </Row>
        ))}
      </ul>
      <Button onClick={() => setEdited(blankPreset)}>
        <Plus aria-hidden size={16} />
        {t('new_preset')}
      </Button>
      {edited && <PresetDialog preset={edited} onClose={() => setEdited(null)} />}
    </>
  );
}

/** Settings: the prompts `/` offers. */
export function SnippetSettings() {
  const { t } = useTranslation('presets');
  const snippets = useSnippets();
  const [edited, setEdited] = useState<Snippet | { name: ''; text: '' } | null>(null);
  const remove = useRemove('snippets.delete', 'snippets.restore');
  return (
    <>
      <p className="mb-3 max-w-prose text-soft">{t('prompts_lead')}</p>
      <ErrorNote error={snippets.error} />
      <ul aria-label={t('prompts')} className="mb-3 flex flex-col">
        {snippets.data?.map(snippet => (
          <Row
            key={snippet.id}
            name={snippet.name}
            sign={<span className="font-mono text-faint">/</span>}
            detail={snippet.text}
            onEdit={() => setEdited(snippet)}
            onRemove={() => remove(snippet)}
          />
        ))}
      </ul>
      <Button onClick={() => setEdited({ name: '', text: '' })}>
        <Plus aria-hidden size={16} />
        {t('new_prompt')}
      </Button>
      {edited && <SnippetDialog snippet={edited} onClose={() => setEdited(null)} />}
    </>
  );
}

type RowProps = {
  name: string;
  sign: ReactNode;
  detail: string;
  onEdit: () => void;
  onRemove: () => void;
  children?: ReactNode;
};

function Row({ name, sign, detail, onEdit, onRemove, children }: RowProps) {
  const { t } = useTranslation('presets');
  return (
    <li className="flex items-center gap-2 border-b border-line py-1.5">
      {sign}
      <span className="min-w-0 flex-1">
        <bdi className="font-medium">{name}</bdi>
        {detail !== '' && (
          <span dir="auto" className="block truncate text-small text-faint">
            {detail}
          </span>
        )}
      </span>
      {children}
      <IconButton label={t('edit', { name })} onClick={onEdit}>
        <Pencil aria-hidden size={16} />
      </IconButton>
      <IconButton label={t('delete', { name })} onClick={onRemove}>
        <Trash2 aria-hidden size={16} />
      </IconButton>
    </li>
  );
}

/** Deletes at once and offers the way back. */
function useRemove(
  removal: 'presets.delete' | 'snippets.delete',
  restoring: 'presets.restore' | 'snippets.restore',
) {
  const { t } = useTranslation('presets');
  const { mutate: remove } = usePresetEdit(removal);
  const { mutate: restore } = usePresetEdit(restoring);
  return ({ id, name }: { id: string; name: string }) =>
    remove(
      { id },
      {
        onError: reportError,
        onSuccess: () =>
          toast(t('deleted', { name }), {
            duration: 10_000,
            action: { label: t('undo'), onClick: () => restore({ id }, { onError: reportError }) },
          }),
      },
    );
}
