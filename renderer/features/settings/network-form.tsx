import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';

import type { ApiOutput } from '../../../electron/contract/api.ts';
import { Button } from '../../ui/button.tsx';
import { TextAreaField, TextField } from '../../ui/field.tsx';
import { ErrorNote, LoadingNote } from '../../ui/state-note.tsx';
import { useNetwork } from './use-network.ts';

type Saved = ApiOutput<'network.get'>;
type Draft = Pick<Saved, 'mode' | 'address' | 'user'> & {
  password: string;
  no_proxy: string;
  ca_file: string;
  /** What it began from, to tell when the file was changed meanwhile. */
  from: string;
};

const modes = ['env', 'none', 'address'] as const;

export function NetworkForm() {
  const { settings, save } = useNetwork();
  const [draft, setDraft] = useState<Draft | null>(null);
  const { t } = useTranslation('settings');
  if (!settings.data) return settings.isPending ? <LoadingNote /> : <ErrorNote error={settings.error} />;
  const saved = settings.data;
  const shown = draft ?? toDraft(saved);
  const change = (changes: Partial<Draft>) => {
    save.reset();
    setDraft({ ...shown, ...changes });
  };
  const isOutdated = draft !== null && draft.from !== JSON.stringify(saved);
  const submit = () =>
    save.mutate(toSettings(shown), {
      onSuccess: () => {
        // What was typed while it was being saved stays.
        setDraft(now => (now === draft ? null : now));
        toast(t('network.saved'));
      },
    });
  return (
    <form
      className="flex max-w-xl flex-col gap-4"
      onSubmit={event => {
        event.preventDefault();
        submit();
      }}
    >
      <p className="max-w-prose text-soft">{t('network.lead')}</p>
      <ModeChoice mode={shown.mode} onChange={mode => change({ mode })} />
      {shown.mode === 'address' && <ProxyFields draft={shown} saved={saved} onChange={change} />}
      <TextAreaField
        label={t('network.no_proxy')}
        hint={t('network.no_proxy_hint')}
        rows={3}
        dir="ltr"
        spellCheck={false}
        value={shown.no_proxy}
        onChange={event => change({ no_proxy: event.target.value })}
        className="font-mono text-small"
      />
      <TextField
        label={t('network.ca_file')}
        hint={t('network.ca_hint')}
        dir="ltr"
        value={shown.ca_file}
        onChange={event => change({ ca_file: event.target.value })}
      />
      {isOutdated && (
        <p role="status" className="flex flex-wrap items-center gap-3 text-small text-warning">
          {t('network.changed')}
          <Button onClick={() => setDraft(null)}>{t('network.reload')}</Button>
        </p>
      )}
      <ErrorNote error={save.error} />
      <div>
        <Button type="submit" variant="primary" disabled={draft === null || save.isPending}>
          {t('network.save')}
        </Button>
      </div>
    </form>
  );
}

function ModeChoice({ mode, onChange }: { mode: Saved['mode']; onChange: (mode: Saved['mode']) => void }) {
  const { t } = useTranslation('settings');
  return (
    <fieldset className="flex flex-col gap-1">
      <legend className="mb-1 text-small font-medium">{t('network.mode')}</legend>
      {modes.map(each => (
        <label key={each} className="flex min-h-8 cursor-pointer items-center gap-2">
          <input
            type="radio"
            name="network-mode"
            checked={mode === each}
            onChange={() => onChange(each)}
            className="size-4 accent-accent"
          />
          {t(`network.${each}`)}
        </label>
      ))}
    </fieldset>
  );
}

type ProxyProps = { draft: Draft; saved: Saved; onChange: (changes: Partial<Draft>) => void };

function ProxyFields({ draft, saved, onChange }: ProxyProps) {
  const { t } = useTranslation('settings');
  return (
    <>
      <TextField
        label={t('network.proxy')}
        hint={t('network.proxy_hint')}
        dir="ltr"
        required
        placeholder="http://proxy.example:3128"
        value={draft.address}
        onChange={event => onChange({ address: event.target.value })}
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField
          label={t('network.user')}
          autoComplete="off"
          value={draft.user}
          onChange={event => onChange({ user: event.target.value })}
        />
        <TextField
          label={t('network.password')}
          hint={saved.has_password ? t('network.password_hint') : t('network.password_none')}
          type="password"
          autoComplete="new-password"
          disabled={draft.user === ''}
          value={draft.password}
          onChange={event => onChange({ password: event.target.value })}
        />
      </div>
    </>
  );
}

function toDraft(saved: Saved): Draft {
  const { mode, address, user, no_proxy: hosts, ca_file: file } = saved;
  return {
    mode,
    address,
    user,
    password: '',
    no_proxy: hosts.join('\n'),
    ca_file: file ?? '',
    from: JSON.stringify(saved),
  };
}

function toSettings({ mode, address, user, password, no_proxy: hosts, ca_file: file }: Draft) {
  return {
    mode,
    address: mode === 'address' ? address.trim() : '',
    user: mode === 'address' ? user.trim() : '',
    ...(password === '' ? {} : { password }),
    no_proxy: hosts.split(/[\s,]+/).filter(host => host !== ''),
    ca_file: file.trim() === '' ? null : file.trim(),
  };
}
