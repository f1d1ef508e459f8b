import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { ProviderReview } from '../../../electron/contract/backends.ts';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import type { ScriptFile } from './script-queue.ts';
import { TestSteps } from './test-steps.tsx';
import { useTryScript } from './use-providers.ts';

/** A dry run before the import: real requests with a key that is kept nowhere. */
export function TryScript({ script, review }: { script: ScriptFile; review: ProviderReview }) {
  const { t } = useTranslation('providers');
  const [key, setKey] = useState('');
  const [url, setUrl] = useState('');
  const dry = useTryScript();
  const needsUrl = review.base_url === '';
  const start = () =>
    dry.mutate({
      ...script,
      sha256: review.sha256,
      ...(key.trim() === '' ? {} : { api_key: key.trim() }),
      ...(url.trim() === '' ? {} : { url: url.trim() }),
    });
  return (
    <details>
      <summary className="mb-2 w-fit rounded-base text-small text-soft hover:text-ink">
        {t('try.title')}
      </summary>
      <form
        className="flex flex-col gap-3"
        onSubmit={event => {
          event.preventDefault();
          start();
        }}
      >
        <p className="text-small text-soft">
          {review.hosts.length === 0
            ? t('try.asks_backend')
            : t('try.asks', { hosts: review.hosts.join(', ') })}
        </p>
        {needsUrl && (
          <TextField
            label={t('form.url')}
            type="url"
            value={url}
            placeholder="https://…"
            onChange={event => setUrl(event.target.value)}
          />
        )}
        <TextField
          label={t('try.key')}
          type="password"
          autoComplete="off"
          spellCheck={false}
          value={key}
          onChange={event => setKey(event.target.value)}
          hint={t('try.key_hint')}
        />
        <div>
          <Button type="submit" disabled={dry.isPending || (needsUrl && url.trim() === '')}>
            {dry.isPending ? t('testing') : t('try.start')}
          </Button>
        </div>
        {(dry.isPending || dry.data || dry.error) && (
          <TestSteps check={dry.data ?? null} isDone={!dry.isPending} error={dry.error} />
        )}
      </form>
    </details>
  );
}
