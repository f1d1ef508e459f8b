import { useId, useState } from 'react';
import { toast } from 'sonner';

import type { BackendStatus, ProviderInfo } from '../../../electron/contract/backends.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { ErrorNote } from '../../ui/state-note.tsx';
import { suggestName } from './backend-state.ts';
import { useAddBackend } from './use-providers.ts';

type AddBackendDialogProps = {
  providers: ProviderInfo[];
  taken: string[];
  onAdded: (backend: BackendStatus) => void;
  onClose: () => void;
};

export function AddBackendDialog({ providers, taken, onAdded, onClose }: AddBackendDialogProps) {
  const usable = providers.filter(({ error }) => error === null);
  const [type, setType] = useState(usable[0]?.type ?? '');
  const [chosenName, setChosenName] = useState<string | null>(null);
  const [url, setUrl] = useState('');
  const add = useAddBackend();
  const formId = useId();
  const name = chosenName ?? suggestName(type, taken);
  const isTaken = taken.includes(name.trim());

  const submit = () =>
    add.mutate(
      { name: name.trim(), type, ...(url.trim() === '' ? {} : { url: url.trim() }) },
      {
        onSuccess: backend => {
          toast.success(`${backend.name} was added.`);
          onAdded(backend);
        },
      },
    );
  return (
    <Dialog
      open
      onClose={onClose}
      title="Add a backend"
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            variant="primary"
            type="submit"
            form={formId}
            disabled={type === '' || name.trim() === '' || isTaken || add.isPending}
          >
            Add
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
        <SelectField label="Provider" value={type} onChange={event => setType(event.target.value)}>
          {usable.map(provider => (
            <option key={provider.type} value={provider.type}>
              {provider.name}
              {provider.origin === 'user' ? ' (your script)' : ''}
            </option>
          ))}
        </SelectField>
        <TextField
          label="Name"
          value={name}
          spellCheck={false}
          onChange={event => setChosenName(event.target.value)}
          hint={isTaken ? `${name} is taken already.` : `Its models will be called ${name || 'name'}/model.`}
        />
        <TextField
          label="Address (optional)"
          type="url"
          placeholder="https://…"
          value={url}
          onChange={event => setUrl(event.target.value)}
          hint="Only where it differs from the script’s own, e.g. a server in your network."
        />
      </form>
      <ErrorNote error={add.error} />
    </Dialog>
  );
}
