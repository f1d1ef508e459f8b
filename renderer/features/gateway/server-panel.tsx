import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from 'sonner';

import { isLoopback } from '../../../electron/contract/config.ts';
import type { ApiOutput } from '../../../electron/contract/api.ts';
import { Button } from '../../ui/button.tsx';
import { SelectField } from '../../ui/field.tsx';
import { ErrorNote, LoadingNote } from '../../ui/state-note.tsx';
import { tellEnd } from '../../ui/tell-end.ts';
import { CheckedField } from './checked-field.tsx';
import { demandsKey, fromServerForm, toServerForm } from './server-form.ts';
import type { ServerForm, ServerProblem, ServerProblems } from './server-form.ts';
import { useChangeServer, useServer } from './use-server.ts';

type ServerState = ApiOutput<'server.get'>;

/** Where the gateway listens, and whom it lets in. */
export function ServerPanel() {
  const { t } = useTranslation('gateway');
  const server = useServer();
  if (server.isPending) return <LoadingNote label={t('loading')} />;
  if (!server.data) return <ErrorNote error={server.error} />;
  // Settings that changed elsewhere are shown anew; the form starts from them.
  const { url: _url, names: _names, ...settings } = server.data;
  return <Settings key={JSON.stringify(settings)} state={server.data} />;
}

function Settings({ state }: { state: ServerState }) {
  const { t } = useTranslation('gateway');
  const [form, setForm] = useState(() => toServerForm(state));
  const [problems, setProblems] = useState<ServerProblems>({});
  const change = useChangeServer();
  const isOpening = isLoopback(state.host) && !isLoopback(form.host);
  const edit = (part: Partial<ServerForm>) => {
    setForm({ ...form, ...part });
    setProblems({});
  };
  const { changes } = fromServerForm(form, state);
  const isChanged = Object.keys(changes).length > 0;
  const portNow = portElsewhere(state);
  const submit = () => {
    const { changes, problems } = fromServerForm(form, state);
    setProblems(problems);
    if (Object.keys(problems).length > 0) return;
    // What was saved makes a new form, often before the answer is here.
    tellEnd(change.mutateAsync(changes), {
      onSuccess: ({ url }) =>
        toast.success(url !== null && url !== state.url ? t('server.moved', { url }) : t('server.saved')),
    });
  };
  const say = (problem: ServerProblem | undefined) =>
    problem && t(`server.problem_${problem.type}`, { name: problem.entry, origin: problem.entry });
  return (
    <form
      noValidate
      aria-label={t('server.title')}
      className="flex max-w-xl flex-col gap-4"
      onSubmit={event => {
        event.preventDefault();
        submit();
      }}
    >
      <div className="grid items-start gap-4 sm:grid-cols-2">
        <HostField
          state={state}
          host={form.host}
          onHost={host => {
            const isOpened = !isLoopback(host) && form.names.trim() === '';
            edit({ host, ...(isOpened ? { names: state.names.join('\n') } : {}) });
          }}
        />
        <CheckedField
          label={t('server.port')}
          hint={portNow === null ? t('server.port_hint') : t('server.port_other', { port: portNow })}
          inputMode="numeric"
          value={form.port}
          problem={say(problems.port)}
          onValue={port => edit({ port })}
        />
      </div>
      {isOpening && <Consequences />}
      {!isLoopback(form.host) && (
        <CheckedField
          label={t('server.names')}
          hint={t('server.names_hint')}
          rows={3}
          dir="ltr"
          value={form.names}
          problem={say(problems.names)}
          onValue={names => edit({ names })}
        />
      )}
      <RequireKey form={form} onChange={requireKey => edit({ requireKey })} />
      <CheckedField
        label={t('server.cors')}
        hint={t('server.cors_hint')}
        rows={2}
        dir="ltr"
        value={form.origins}
        problem={say(problems.origins)}
        onValue={origins => edit({ origins })}
      />
      <ErrorNote error={change.error} />
      <div>
        <Button
          variant={isOpening ? 'danger' : 'primary'}
          type="submit"
          disabled={!isChanged || change.isPending}
        >
          {isOpening ? t('server.open_network') : t('save')}
        </Button>
      </div>
    </form>
  );
}

/** Where it listens while parley.yaml says otherwise: `--port` holds until the port there is changed. */
function portElsewhere({ url, port }: ServerState): string | null {
  if (url === null || port === 0) return null;
  const now = new URL(url).port;
  return now === String(port) ? null : now;
}

type HostFieldProps = { state: ServerState; host: string; onHost: (host: string) => void };

function HostField({ state, host, onHost }: HostFieldProps) {
  const { t } = useTranslation('gateway');
  const local = isLoopback(state.host) ? state.host : '127.0.0.1';
  const isOther = !isLoopback(state.host) && state.host !== '0.0.0.0';
  return (
    <SelectField label={t('server.host')} value={host} onChange={event => onHost(event.target.value)}>
      <option value={local}>{t('server.host_local')}</option>
      <option value="0.0.0.0">{t('server.host_network')}</option>
      {isOther && <option value={state.host}>{t('server.host_other', { host: state.host })}</option>}
    </SelectField>
  );
}

/** Said before it is done, not after. */
function Consequences() {
  const { t } = useTranslation('gateway');
  const id = useId();
  return (
    <section aria-labelledby={id} className="border-s-2 border-warning ps-4 text-small">
      <h3 id={id} className="font-semibold text-warning">
        {t('server.network_title')}
      </h3>
      <ul className="mt-1 flex list-disc flex-col gap-1 ps-4 text-soft">
        <li>{t('server.network_1')}</li>
        <li>{t('server.network_2')}</li>
        <li>{t('server.network_3')}</li>
      </ul>
    </section>
  );
}

function RequireKey({ form, onChange }: { form: ServerForm; onChange: (requireKey: boolean) => void }) {
  const { t } = useTranslation('gateway');
  const id = useId();
  const isForced = demandsKey(form);
  const isOn = form.requireKey || isForced;
  return (
    <div>
      <label className="flex min-h-8 items-center gap-2">
        <input
          type="checkbox"
          checked={isOn}
          disabled={isForced}
          aria-describedby={isForced || !isOn ? id : undefined}
          onChange={event => onChange(event.target.checked)}
          className="size-4 accent-(--accent)"
        />
        {t('server.require_key')}
      </label>
      {isForced && (
        <p id={id} className="mt-1 text-small text-faint">
          {t('server.require_key_forced')}
        </p>
      )}
      {!isOn && (
        <p id={id} className="mt-1 text-small text-warning">
          {t('server.require_key_off')}
        </p>
      )}
    </div>
  );
}
