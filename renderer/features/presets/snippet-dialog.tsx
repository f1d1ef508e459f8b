import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Snippet } from '../../../electron/contract/chat-settings.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/field.tsx';
import { ErrorNote } from '../../ui/state-note.tsx';
import { Field } from './settings-fields.tsx';
import { usePresetEdit } from './use-presets.ts';

type SnippetDraft = Omit<Snippet, 'id'> & { id?: string };

export function SnippetDialog({ snippet, onClose }: { snippet: SnippetDraft; onClose: () => void }) {
  const { t } = useTranslation('presets');
  const [name, setName] = useState(snippet.name);
  const [text, setText] = useState(snippet.text);
  const saving = usePresetEdit('snippets.save');
  const formId = useId();
  const canSave = name.trim() !== '' && text.trim() !== '' && !saving.isPending;
  const save = () => {
    const id = snippet.id === undefined ? {} : { id: snippet.id };
    if (canSave) saving.mutate({ ...id, name: name.trim(), text }, { onSuccess: onClose });
  };
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title={snippet.id === undefined ? t('new_prompt') : t('edit_prompt')}
      actions={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button variant="primary" type="submit" form={formId} disabled={!canSave}>
            {t('save')}
          </Button>
        </>
      }
    >
      <form
        id={formId}
        className="flex flex-col gap-4"
        onSubmit={event => {
          event.preventDefault();
          save();
        }}
      >
        <TextField
          label={t('name')}
          value={name}
          maxLength={100}
          dir="auto"
          onChange={event => setName(event.target.value)}
        />
        <Field
          label={t('prompt_text')}
          hint={t('prompt_hint', written)}
          rows={7}
          dir="auto"
          value={text}
          problem={undefined}
          onValue={setText}
        />
        <ErrorNote error={saving.error} />
      </form>
    </Dialog>
  );
}

/** How variables are written; handed in, since the catalogue's own values look the same. */
const written = { any: '{{name}}', date: '{{date}}', clipboard: '{{clipboard}}' };
