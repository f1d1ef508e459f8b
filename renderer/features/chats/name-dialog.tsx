import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/field.tsx';
import { ErrorNote } from '../../ui/state-note.tsx';

type NameDialogProps = {
  heading: string;
  /** What is asked for. */
  label: string;
  /** On the button that does it. */
  action: string;
  name: string;
  onClose: () => void;
  onSave: (name: string) => Promise<unknown>;
};

/** Asks for the name of a chat or a folder. */
export function NameDialog({ heading, label, action, name, onClose, onSave }: NameDialogProps) {
  const { t } = useTranslation('chats');
  const [text, setText] = useState(name);
  const [error, setError] = useState<Error | null>(null);
  const formId = useId();
  const save = () => {
    onSave(text.trim()).then(onClose, setError);
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={heading}
      actions={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button variant="primary" type="submit" form={formId} disabled={text.trim() === ''}>
            {action}
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
          label={label}
          dir="auto"
          value={text}
          maxLength={100}
          onChange={event => setText(event.target.value)}
          onFocus={event => event.target.select()}
        />
      </form>
      <ErrorNote error={error} />
    </Dialog>
  );
}
