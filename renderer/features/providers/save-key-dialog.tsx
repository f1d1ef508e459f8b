import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';

import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/field.tsx';
import { KeychainAdvice } from './keychain-advice.tsx';
import { useSaveKey } from './use-providers.ts';

/** Takes a key once and hands it on; it is never shown again. */
export function SaveKeyDialog({ name, onClose }: { name: string; onClose: () => void }) {
  const { t } = useTranslation('providers');
  const [key, setKey] = useState('');
  const save = useSaveKey();
  const formId = useId();
  const submit = () =>
    save.mutate(
      { name, api_key: key.trim() },
      {
        onSuccess: () => {
          toast.success(t('keys.saved', { name }));
          onClose();
        },
      },
    );
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('keys.save_title', { name })}
      actions={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button
            variant="primary"
            type="submit"
            form={formId}
            disabled={key.trim() === '' || save.isPending}
          >
            {t('keys.save')}
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
          label={t('keys.api_key')}
          type="password"
          autoComplete="off"
          spellCheck={false}
          value={key}
          onChange={event => setKey(event.target.value)}
          hint={t('keys.save_hint')}
        />
      </form>
      <KeychainAdvice error={save.error} />
    </Dialog>
  );
}
