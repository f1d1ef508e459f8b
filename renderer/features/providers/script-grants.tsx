import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { ScriptDetails } from '../../../electron/contract/provider-calls.ts';
import { Button } from '../../ui/button.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { ErrorNote } from '../../ui/state-note.tsx';
import { reportError } from '../../ui/report-error.ts';
import { useGrant, useRevoke } from './use-providers.ts';

const kinds = ['host', 'env', 'keychain'] as const;
type Kind = (typeof kinds)[number];

/** What a script may reach and read, each to be taken back by itself, and a form to grant more. */
export function ScriptGrants({ script }: { script: ScriptDetails }) {
  const { t } = useTranslation('providers');
  const revoke = useRevoke();
  const grants: { kind: Kind; name: string; grant: string }[] = [
    ...script.hosts.map(name => ({ kind: 'host' as const, name, grant: name })),
    ...script.env.map(name => ({ kind: 'env' as const, name, grant: `env:${name}` })),
    ...script.keychain.map(name => ({ kind: 'keychain' as const, name, grant: `keychain:${name}` })),
  ];
  return (
    <section>
      <h3 className="mb-1 font-semibold">{t('grants.title')}</h3>
      {grants.length === 0 && <p className="text-soft">{t('grants.none')}</p>}
      <ul aria-label={t('grants.title')} className="flex flex-col divide-y divide-line">
        {grants.map(({ kind, name, grant }) => (
          <li key={grant} className="flex items-center justify-between gap-3 py-1.5">
            <span className="min-w-0">
              <span className="text-small text-faint">{t(`grants.kinds.${kind}`)}</span>{' '}
              <code className="font-mono text-small wrap-anywhere">{name}</code>
            </span>
            <Button
              variant="quiet"
              aria-label={t('grants.revoke_this', { grant })}
              disabled={revoke.isPending}
              onClick={() => revoke.mutate({ type: script.type, grant }, { onError: reportError })}
            >
              {t('grants.revoke')}
            </Button>
          </li>
        ))}
      </ul>
      <GrantForm type={script.type} />
    </section>
  );
}

function GrantForm({ type }: { type: string }) {
  const { t } = useTranslation('providers');
  const [kind, setKind] = useState<Kind>('host');
  const [name, setName] = useState('');
  const grant = useGrant();
  return (
    <form
      className="mt-3"
      onSubmit={event => {
        event.preventDefault();
        const wanted = kind === 'host' ? name.trim() : `${kind}:${name.trim()}`;
        grant.mutate({ type, grant: wanted }, { onSuccess: () => setName('') });
      }}
    >
      <div className="flex flex-wrap items-end gap-2">
        <SelectField
          label={t('grants.more')}
          value={kind}
          // Safe: the options are the kinds.
          onChange={event => setKind(event.target.value as Kind)}
        >
          {kinds.map(each => (
            <option key={each} value={each}>
              {t(`grants.kinds.${each}`)}
            </option>
          ))}
        </SelectField>
        <div className="min-w-48 flex-1">
          <TextField
            label={t(`grants.names.${kind}`)}
            value={name}
            spellCheck={false}
            onChange={event => setName(event.target.value)}
          />
        </div>
        <Button type="submit" className="min-h-9" disabled={name.trim() === '' || grant.isPending}>
          {t('grants.grant')}
        </Button>
      </div>
      <ErrorNote error={grant.error} />
    </form>
  );
}
