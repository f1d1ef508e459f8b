import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { ApiOutput } from '../../../electron/contract/api.ts';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { ErrorNote } from '../../ui/state-note.tsx';
import { useHostTest } from './use-network.ts';

/** Asks one host, to see whether the way out works. */
export function HostTest() {
  const { t } = useTranslation('settings');
  const [host, setHost] = useState('');
  const test = useHostTest();
  return (
    <form
      className="flex max-w-xl flex-col gap-3"
      onSubmit={event => {
        event.preventDefault();
        if (host.trim() !== '') test.mutate(host);
      }}
    >
      <p className="max-w-prose text-soft">{t('network.test_lead')}</p>
      <div className="flex items-end gap-2">
        <div className="min-w-0 flex-1">
          <TextField
            label={t('network.host')}
            dir="ltr"
            placeholder="api.openai.com"
            value={host}
            onChange={event => setHost(event.target.value)}
          />
        </div>
        <Button type="submit" className="min-h-9" disabled={test.isPending || host.trim() === ''}>
          {t('network.test')}
        </Button>
      </div>
      <div role="status">
        {test.isPending && <p className="text-faint">{t('network.testing')}</p>}
        {test.data && <Outcome outcome={test.data} />}
      </div>
      <ErrorNote error={test.error} />
    </form>
  );
}

function Outcome({ outcome }: { outcome: ApiOutput<'network.test'> }) {
  const { t } = useTranslation('settings');
  const { url, proxy, http_status: status, latency_ms: ms, error } = outcome;
  const way = proxy === null ? t('network.direct') : t('network.through', { proxy });
  if (error !== null)
    return (
      <p className="max-w-prose text-danger wrap-anywhere">
        {t('network.failed', { url, way, reason: error })}
      </p>
    );
  return <p className="wrap-anywhere">{t('network.ok', { url, status, ms, way })}</p>;
}
