import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';

import type { GatewayKey } from '../../../electron/contract/keys.ts';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/field.tsx';
import { ErrorNote } from '../../ui/state-note.tsx';
import { reportError } from '../../ui/report-error.ts';
import { fromKeyForm, toKeyForm } from './key-form.ts';
import type { KeyFormProblems } from './key-form.ts';
import { KeyLimitsFields } from './key-limits-fields.tsx';
import { useCreateKey, useEditKey, useRevokeKey } from './use-gateway-keys.ts';

/** Makes a key (then it is shown, once), or changes the name and the limits of one. */
export function KeyDialog({ edited, onClose }: { edited: GatewayKey | null; onClose: () => void }) {
  const { t } = useTranslation('gateway');
  const [name, setName] = useState(edited?.name ?? '');
  const [form, setForm] = useState(() => toKeyForm(edited));
  const [problems, setProblems] = useState<KeyFormProblems>({});
  const create = useCreateKey();
  const edit = useEditKey();
  const formId = useId();
  const submit = () => {
    const { limits, problems } = fromKeyForm(form, new Date(), edited);
    setProblems(problems);
    if (Object.keys(problems).length > 0) return;
    if (edited) edit.mutate({ id: edited.id, name: name.trim(), ...limits }, { onSuccess: onClose });
    else create.mutate({ name: name.trim(), ...limits });
  };
  if (create.data) return <NewKeyDialog name={create.data.name} secret={create.data.key} onClose={onClose} />;
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title={edited ? t('keys.edit_title', { name: edited.name }) : t('keys.create_title')}
      actions={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button
            variant="primary"
            type="submit"
            form={formId}
            disabled={name.trim() === '' || create.isPending || edit.isPending}
          >
            {edited ? t('save') : t('keys.create_submit')}
          </Button>
        </>
      }
    >
      <form
        id={formId}
        noValidate
        className="flex flex-col gap-4"
        onSubmit={event => {
          event.preventDefault();
          submit();
        }}
      >
        <TextField
          label={t('keys.name')}
          value={name}
          maxLength={100}
          placeholder={t('keys.name_example')}
          onChange={event => setName(event.target.value)}
          hint={t('keys.name_hint')}
        />
        <KeyLimitsFields
          form={form}
          problems={problems}
          onChange={next => {
            setForm(next);
            setProblems({});
          }}
        />
      </form>
      <ErrorNote error={create.error ?? edit.error} />
    </Dialog>
  );
}

/** The only time a key is on the page. */
function NewKeyDialog({ name, secret, onClose }: { name: string; secret: string; onClose: () => void }) {
  const { t } = useTranslation('gateway');
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('keys.new_title', { name })}
      actions={
        <>
          <CopyButton text={secret} label={t('keys.copy')} showLabel />
          <Button variant="primary" onClick={onClose}>
            {t('keys.done')}
          </Button>
        </>
      }
    >
      <p className="text-soft">{t('keys.once')}</p>
      <code
        data-gateway-key
        className="rounded-base bg-sunken px-3 py-2.5 font-mono text-small break-all select-all"
      >
        {secret}
      </code>
    </Dialog>
  );
}

export function RevokeDialog({ gatewayKey, onClose }: { gatewayKey: GatewayKey; onClose: () => void }) {
  const { t } = useTranslation('gateway');
  const revoke = useRevokeKey();
  const { id, name } = gatewayKey;
  const confirm = () =>
    revoke.mutate(
      { id },
      {
        onSuccess: () => {
          toast(t('keys.revoked', { name }));
          onClose();
        },
        onError: reportError,
      },
    );
  return (
    <Dialog
      open
      alert
      onClose={onClose}
      title={t('keys.revoke_title', { name })}
      actions={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button variant="danger" onClick={confirm} disabled={revoke.isPending}>
            {t('keys.revoke')}
          </Button>
        </>
      }
    >
      <p className="text-soft">{t('keys.revoke_note')}</p>
    </Dialog>
  );
}
