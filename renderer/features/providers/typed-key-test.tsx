import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { errorLine } from '../../ui/error-words.ts';
import { checkSentence } from './backend-texts.ts';
import { useTestKey } from './use-providers.ts';

/** Tests a key the way one comes with a call; it is kept nowhere. */
export function TypedKeyTest({ name }: { name: string }) {
  const { t } = useTranslation('providers');
  const [key, setKey] = useState('');
  const test = useTestKey();
  const result = test.data ? checkSentence(test.data, t) : test.error && errorLine(test.error);
  return (
    <form
      className="flex flex-col items-start gap-2"
      onSubmit={event => {
        event.preventDefault();
        test.mutate({ name, tier: 'call', api_key: key.trim() });
      }}
    >
      <TextField
        label={t('keys.typed')}
        type="password"
        autoComplete="off"
        value={key}
        onChange={event => setKey(event.target.value)}
      />
      <Button type="submit" disabled={key.trim() === '' || test.isPending} aria-label={t('keys.test_typed')}>
        {test.isPending ? t('testing') : t('test')}
      </Button>
      {result && (
        <p
          role="status"
          className={`text-small wrap-anywhere ${test.data?.ok ? 'text-good' : 'text-danger'}`}
        >
          {result}
        </p>
      )}
    </form>
  );
}
