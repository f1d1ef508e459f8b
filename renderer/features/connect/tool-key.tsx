import { KeyRound } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { Button } from '../../ui/button.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { ErrorNote } from '../../ui/state-note.tsx';
import { useCreateKey, useGatewayKeys } from '../gateway/use-gateway-keys.ts';

/** The key a tool is given. `isFresh`: it was made just now, and may be seen this once. */
export type ToolKey = { name: string; secret: string; isFresh: boolean };

type ToolKeyFieldsProps = {
  suggested: string;
  value: ToolKey | null;
  onChange: (key: ToolKey | null) => void;
};

/** Makes a key for a tool, or takes one that is there by its name. */
export function ToolKeyFields({ suggested, value, onChange }: ToolKeyFieldsProps) {
  const { t } = useTranslation('connect');
  const keys = useGatewayKeys();
  const create = useCreateKey();
  const [name, setName] = useState(suggested);
  const active = keys.data?.filter(key => key.revoked_at === null) ?? [];
  const make = () =>
    create.mutate(
      { name: name.trim() },
      { onSuccess: ({ name, key }) => onChange({ name, secret: key, isFresh: true }) },
    );
  return (
    <div className="flex flex-col gap-4">
      <SelectField
        label={t('key.label')}
        value={value?.name ?? ''}
        onChange={event => {
          const chosen = event.target.value;
          onChange(chosen === '' ? null : { name: chosen, secret: '', isFresh: false });
        }}
      >
        <option value="">{t('key.new')}</option>
        {active.map(key => (
          <option key={key.id} value={key.name}>
            {key.name} ({key.prefix}…)
          </option>
        ))}
      </SelectField>
      {value === null && (
        <form
          className="flex flex-wrap items-end gap-2"
          onSubmit={event => {
            event.preventDefault();
            make();
          }}
        >
          <div className="min-w-40 flex-1">
            <TextField
              label={t('key.name')}
              value={name}
              maxLength={100}
              onChange={event => setName(event.target.value)}
            />
          </div>
          <Button type="submit" className="min-h-9" disabled={name.trim() === '' || create.isPending}>
            <KeyRound aria-hidden size={16} />
            {t('key.make')}
          </Button>
        </form>
      )}
      <ErrorNote error={value === null ? create.error : null} />
      {value?.isFresh === true && <p className="text-small text-warning">{t('key.once')}</p>}
      {value?.isFresh === false && (
        <TextField
          label={t('key.paste')}
          type="password"
          autoComplete="off"
          spellCheck={false}
          value={value.secret}
          hint={t('key.paste_hint')}
          onChange={event => onChange({ ...value, secret: event.target.value.trim() })}
        />
      )}
    </div>
  );
}
