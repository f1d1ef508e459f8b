import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'wouter';

import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/field.tsx';
import { ErrorNote } from '../../ui/state-note.tsx';
import { useCreateScript } from '../studio/use-studio.ts';

/** Asks for a name, and opens a commented script to start with; it is written where it is saved, not before. */
export function NewScriptDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('providers');
  const [name, setName] = useState('');
  const [, navigate] = useLocation();
  const create = useCreateScript();
  const type = name.trim().replace(/\.lua$/i, '');
  const open = () => {
    if (type === '' || create.isPending) return;
    create.mutate(type, {
      onSuccess: () => navigate(`/providers/studio/${encodeURIComponent(type)}`),
    });
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('new_script.title')}
      actions={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button variant="primary" disabled={type === '' || create.isPending} onClick={open}>
            {t('new_script.open')}
          </Button>
        </>
      }
    >
      <form
        onSubmit={event => {
          event.preventDefault();
          open();
        }}
      >
        <TextField
          label={t('import.name')}
          value={name}
          spellCheck={false}
          onChange={event => setName(event.target.value)}
          hint={t('import.name_hint')}
        />
      </form>
      <ErrorNote error={create.error} />
    </Dialog>
  );
}
