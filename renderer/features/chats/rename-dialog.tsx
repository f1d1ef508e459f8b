import { useId, useState } from 'react';

import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/field.tsx';
import { ErrorNote } from '../../ui/state-note.tsx';

type RenameDialogProps = {
  title: string;
  onClose: () => void;
  onRename: (title: string) => Promise<unknown>;
};

export function RenameDialog({ title, onClose, onRename }: RenameDialogProps) {
  const [text, setText] = useState(title);
  const [error, setError] = useState<Error | null>(null);
  const formId = useId();
  const save = () => {
    onRename(text.trim()).then(onClose, setError);
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title="Rename chat"
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" type="submit" form={formId} disabled={text.trim() === ''}>
            Rename
          </Button>
        </>
      }
    >
      <form
        id={formId}
        onSubmit={event => {
          event.preventDefault();
          save();
        }}
      >
        <TextField
          label="Title"
          value={text}
          maxLength={200}
          onChange={event => setText(event.target.value)}
          onFocus={event => event.target.select()}
        />
      </form>
      <ErrorNote error={error} />
    </Dialog>
  );
}
