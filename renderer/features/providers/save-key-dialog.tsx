import { useId, useState } from 'react';
import { toast } from 'sonner';

import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/field.tsx';
import { ErrorNote } from '../../ui/state-note.tsx';
import { useSaveKey } from './use-providers.ts';

/** Takes a key once and hands it on; it is never shown again. */
export function SaveKeyDialog({ name, onClose }: { name: string; onClose: () => void }) {
  const [key, setKey] = useState('');
  const save = useSaveKey();
  const formId = useId();
  const submit = () =>
    save.mutate(
      { name, api_key: key.trim() },
      {
        onSuccess: () => {
          toast.success(`The key of ${name} is in the keychain.`);
          onClose();
        },
      },
    );
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Key for ${name}`}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            variant="primary"
            type="submit"
            form={formId}
            disabled={key.trim() === '' || save.isPending}
          >
            Save to keychain
          </Button>
        </>
      }
    >
      <form
        id={formId}
        onSubmit={event => {
          event.preventDefault();
          submit();
        }}
      >
        <TextField
          label="API key"
          type="password"
          autoComplete="off"
          spellCheck={false}
          value={key}
          onChange={event => setKey(event.target.value)}
          hint="Kept in this system’s keychain. parley.yaml only says that it is there."
        />
      </form>
      <ErrorNote error={save.error} />
    </Dialog>
  );
}
