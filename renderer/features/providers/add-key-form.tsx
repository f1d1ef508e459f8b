import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { Button } from '../../ui/button.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { KeychainAdvice } from './keychain-advice.tsx';
import { useAddKey, useAddReference } from './use-providers.ts';

type Where = 'keychain' | 'env' | 'account' | 'settings';
const places: Where[] = ['keychain', 'env', 'account', 'settings'];

/** One more key beside those that are there; calls use them in turn. */
export function AddKeyForm({ name, isFirst }: { name: string; isFirst: boolean }) {
  const { t } = useTranslation('providers');
  const [where, setWhere] = useState<Where>('keychain');
  const [value, setValue] = useState('');
  const [isWarned, setWarned] = useState(false);
  const addKey = useAddKey();
  const addReference = useAddReference();
  const isSecret = where === 'keychain' || where === 'settings';
  const isPending = addKey.isPending || addReference.isPending;
  const needsYes = where === 'settings' && !isWarned;

  const submit = () => {
    const done = { onSuccess: () => setValue('') };
    const text = value.trim();
    if (where === 'env') addReference.mutate({ name, reference: `env:${text}` }, done);
    else if (where === 'account') addReference.mutate({ name, reference: `keychain:${text}` }, done);
    else addKey.mutate({ name, api_key: text, where }, done);
  };
  return (
    <form
      className="flex flex-col gap-3 border-t border-line pt-4"
      onSubmit={event => {
        event.preventDefault();
        submit();
      }}
    >
      <h3 className="text-small font-semibold">{isFirst ? t('keys.add_first') : t('keys.add_another')}</h3>
      <div className="grid gap-3 sm:grid-cols-2">
        <SelectField
          label={t('keys.where')}
          value={where}
          onChange={event => {
            // Safe: the options are the places.
            setWhere(event.target.value as Where);
            setWarned(false);
            // A key must not show as text because another place was chosen.
            setValue('');
          }}
        >
          {places.map(place => (
            <option key={place} value={place}>
              {t(`keys.places.${place}`)}
            </option>
          ))}
        </SelectField>
        <TextField
          label={t(`keys.fields.${where}`)}
          type={isSecret ? 'password' : 'text'}
          autoComplete="off"
          spellCheck={false}
          value={value}
          onChange={event => setValue(event.target.value)}
        />
      </div>
      {where === 'settings' && (
        <label className="flex items-start gap-2 text-small text-warning">
          <input
            type="checkbox"
            className="mt-1"
            checked={isWarned}
            onChange={event => setWarned(event.target.checked)}
          />
          {t('keys.settings_warning')}
        </label>
      )}
      <div>
        <Button type="submit" variant="primary" disabled={value.trim() === '' || needsYes || isPending}>
          {t('keys.add')}
        </Button>
      </div>
      <KeychainAdvice error={addKey.error ?? addReference.error} />
    </form>
  );
}
