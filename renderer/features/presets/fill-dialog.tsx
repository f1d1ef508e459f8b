import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field } from './settings-fields.tsx';

type FillDialogProps = {
  title: string;
  names: string[];
  onFill: (values: Record<string, string>) => void;
  onClose: () => void;
};

/** Asks for the values of a prompt's variables. */
export function FillDialog({ title, names, onFill, onClose }: FillDialogProps) {
  const { t } = useTranslation('presets');
  const [values, setValues] = useState(() => Object.fromEntries(names.map(name => [name, ''])));
  const formId = useId();
  return (
    <Dialog
      open
      onClose={onClose}
      title={title}
      actions={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button variant="primary" type="submit" form={formId}>
            {t('insert')}
          </Button>
        </>
      }
    >
      <form
        id={formId}
        className="flex flex-col gap-4"
        onSubmit={event => {
          event.preventDefault();
          onFill(values);
        }}
      >
        {names.map(name => (
          <Field
            key={name}
            label={name}
            hint=""
            dir="auto"
            value={values[name] ?? ''}
            problem={undefined}
            onValue={value => setValues({ ...values, [name]: value })}
          />
        ))}
      </form>
    </Dialog>
  );
}
