import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';

import type { BackendStatus } from '../../../electron/contract/backends.ts';
import type { CatalogueEntry } from '../../../electron/contract/provider-calls.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/field.tsx';
import { ErrorNote } from '../../ui/state-note.tsx';
import { suggestName } from './backend-state.ts';
import { CatalogueList } from './catalogue-list.tsx';
import { useAddBackend } from './use-providers.ts';

type AddBackendDialogProps = {
  taken: string[];
  onAdded: (backend: BackendStatus) => void;
  onClose: () => void;
};

/** Whom to add, from the catalogue, then under which name and address. */
export function AddBackendDialog({ taken, onAdded, onClose }: AddBackendDialogProps) {
  const { t } = useTranslation('providers');
  const [entry, setEntry] = useState<CatalogueEntry | null>(null);
  if (entry) {
    const back = () => setEntry(null);
    return <NameDialog entry={entry} taken={taken} onAdded={onAdded} onBack={back} onClose={onClose} />;
  }
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title={t('form.title')}
      actions={<Button onClick={onClose}>{t('cancel')}</Button>}
    >
      <CatalogueList onChoose={setEntry} />
    </Dialog>
  );
}

type NameDialogProps = AddBackendDialogProps & { entry: CatalogueEntry; onBack: () => void };

function NameDialog({ entry, taken, onAdded, onBack, onClose }: NameDialogProps) {
  const { t } = useTranslation('providers');
  const { type, title, needs_url: needsUrl } = entry;
  const [chosenName, setChosenName] = useState<string | null>(null);
  const [url, setUrl] = useState('');
  const add = useAddBackend();
  const formId = useId();
  const name = (chosenName ?? suggestName(type, taken)).trim();
  const isTaken = taken.includes(name) && name !== 'eliza';
  const isWhole = name !== '' && !isTaken && (!needsUrl || url.trim() !== '');
  const submit = () =>
    add.mutate(
      { name, type, ...(url.trim() === '' ? {} : { url: url.trim() }) },
      {
        onSuccess: backend => {
          toast.success(t('form.added', { name: backend.name }));
          onAdded(backend);
        },
      },
    );
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('form.title_of', { title })}
      actions={
        <>
          <Button onClick={onBack}>{t('form.back')}</Button>
          <Button variant="primary" type="submit" form={formId} disabled={!isWhole || add.isPending}>
            {t('form.add')}
          </Button>
        </>
      }
    >
      <form
        id={formId}
        className="flex flex-col gap-4"
        onSubmit={event => {
          event.preventDefault();
          submit();
        }}
      >
        <TextField
          label={t('form.name')}
          value={chosenName ?? name}
          spellCheck={false}
          onChange={event => setChosenName(event.target.value)}
          hint={isTaken ? t('form.taken', { name }) : t('form.name_hint', { name: name || 'name' })}
        />
        <TextField
          label={needsUrl ? t('form.url') : t('form.url_optional')}
          type="url"
          placeholder="https://…"
          value={url}
          onChange={event => setUrl(event.target.value)}
          hint={needsUrl ? t('form.url_needed_hint') : t('form.url_hint')}
        />
      </form>
      <ErrorNote error={add.error} />
    </Dialog>
  );
}
