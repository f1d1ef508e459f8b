import { FileCode, HardDrive, KeyRound, Variable } from 'lucide-react';
import { useRef } from 'react';
import type { ReactNode } from 'react';
import { Trans, useTranslation } from 'react-i18next';
import { Link } from 'wouter';

import type { ApiInput } from '../../../electron/contract/api.ts';
import type { FirstStart } from '../../../electron/contract/first-start-calls.ts';
import { Button } from '../../ui/button.tsx';
import { ErrorNote, LoadingNote } from '../../ui/state-note.tsx';
import { useScriptQueue } from '../providers/script-queue.ts';
import { KeyForm } from './key-form.tsx';
import { useFirstStart, useProvider } from './use-first-start.ts';

/** From nothing to a first answer: what is on this machine, a key, a script. Nothing where a backend is set up. */
export function WaysToAModel() {
  const { t } = useTranslation('start');
  const { data: found } = useFirstStart();
  const use = useProvider();
  if (!found) return null;
  const start = (input: ApiInput<'first_start.use'>) => use.mutate(input);
  return (
    <section aria-label={t('real')} className="mt-7 flex flex-col gap-6 border-t border-line pt-6">
      <h2 className="font-medium">{t('real')}</h2>
      <FoundHere found={found} isBusy={use.isPending} onUse={start} />
      <Way icon={<KeyRound aria-hidden size={18} />} title={t('key.title')}>
        <KeyForm providers={found.providers} isBusy={use.isPending} onUse={start} />
      </Way>
      {use.isPending && <LoadingNote label={t('connecting', { name: use.variables.type })} />}
      <ErrorNote error={use.error} />
      <Way icon={<FileCode aria-hidden size={18} />} title={t('script.title')}>
        <p className="text-soft">{t('script.note')}</p>
        <ScriptButton />
      </Way>
      <p className="text-small text-soft">
        <Trans t={t} i18nKey="more" components={{ to: <ProvidersLink /> }} />
      </p>
    </section>
  );
}

type UseProps = { isBusy: boolean; onUse: (input: ApiInput<'first_start.use'>) => void };

function FoundHere({ found, isBusy, onUse }: UseProps & { found: FirstStart }) {
  const { t } = useTranslation('start');
  if (found.keys.length + found.servers.length === 0) return null;
  return (
    <ul aria-label={t('found')} className="flex flex-col gap-4">
      {found.servers.map(({ type, name, url, models }) => (
        <li key={url}>
          <Way icon={<HardDrive aria-hidden size={18} />}>
            <Button
              variant="primary"
              className="self-start"
              disabled={isBusy}
              onClick={() => onUse({ type, url })}
            >
              {t('use_server', { server: name, count: models })}
            </Button>
            <p className="text-small text-soft">{t('server_note', { url })}</p>
          </Way>
        </li>
      ))}
      {found.keys.map(({ type, name, env }) => (
        <li key={env}>
          <Way icon={<Variable aria-hidden size={18} />}>
            <Button
              variant="primary"
              className="self-start"
              disabled={isBusy}
              onClick={() => onUse({ type })}
            >
              {t('use_env', { env })}
            </Button>
            <p className="text-small text-soft">{t('env_note', { provider: name })}</p>
          </Way>
        </li>
      ))}
    </ul>
  );
}

function Way({ icon, title, children }: { icon: ReactNode; title?: string; children: ReactNode }) {
  return (
    <div className="flex gap-3">
      <span className="mt-1 text-accent">{icon}</span>
      <div className="flex min-w-0 flex-1 flex-col gap-2">
        {title !== undefined && <h3 className="font-medium">{title}</h3>}
        {children}
      </div>
    </div>
  );
}

/** For whoever cannot drag. */
function ScriptButton() {
  const { t } = useTranslation('start');
  const input = useRef<HTMLInputElement>(null);
  const { addFiles } = useScriptQueue();
  return (
    <>
      <input
        ref={input}
        type="file"
        accept=".lua"
        hidden
        onChange={event => {
          void addFiles([...(event.target.files ?? [])]);
          event.target.value = '';
        }}
      />
      <Button className="self-start" onClick={() => input.current?.click()}>
        {t('script.choose')}
      </Button>
    </>
  );
}

/** `Trans` puts the words in. */
function ProvidersLink({ children }: { children?: ReactNode }) {
  return (
    <Link href="/providers" className="text-accent underline underline-offset-2">
      {children}
    </Link>
  );
}
