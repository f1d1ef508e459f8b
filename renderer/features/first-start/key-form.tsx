import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { ApiInput } from '../../../electron/contract/api.ts';
import type { FirstStart } from '../../../electron/contract/first-start-calls.ts';
import { Button } from '../../ui/button.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { guessProvider } from './guess-provider.ts';

type KeyFormProps = {
  providers: FirstStart['providers'];
  isBusy: boolean;
  onUse: (input: ApiInput<'first_start.use'>) => void;
};

/** One field for a key. Most keys tell by their beginning whose they are; the choice stands beside it all the same. */
export function KeyForm({ providers, isBusy, onUse }: KeyFormProps) {
  const { t } = useTranslation('start');
  const [key, setKey] = useState('');
  const [type, setType] = useState('openai');
  const takeKey = (next: string) => {
    setKey(next);
    const guess = guessProvider(next);
    if (providers.some(provider => provider.type === guess)) setType(guess ?? type);
  };
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={event => {
        event.preventDefault();
        onUse({ type, api_key: key.trim() });
        // The page has no use for it any more.
        setKey('');
      }}
    >
      <div className="grid gap-3 sm:grid-cols-[minmax(10rem,2fr)_3fr]">
        <SelectField label={t('key.provider')} value={type} onChange={event => setType(event.target.value)}>
          {providers.map(provider => (
            <option key={provider.type} value={provider.type}>
              {provider.name}
            </option>
          ))}
        </SelectField>
        <TextField
          label={t('key.field')}
          type="password"
          autoComplete="off"
          spellCheck={false}
          value={key}
          onChange={event => takeKey(event.target.value)}
          hint={t('key.hint')}
        />
      </div>
      <Button type="submit" className="self-start" disabled={key.trim() === '' || isBusy}>
        {t('key.action')}
      </Button>
    </form>
  );
}
