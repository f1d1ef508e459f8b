import { FolderOpen } from 'lucide-react';
import { useTranslation } from 'react-i18next';

import type { ApiOutput } from '../../../electron/contract/api.ts';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { ErrorNote, LoadingNote } from '../../ui/state-note.tsx';
import { useProblems } from './use-about.ts';

type Problems = ApiOutput<'problems.get'>;

/** Settings → about: what crashed, and the end of the log, fit to be sent to somebody who helps. */
export function ProblemList() {
  const { t } = useTranslation('about');
  const { problems, open } = useProblems();
  if (!problems.data) return problems.error ? <ErrorNote error={problems.error} /> : <LoadingNote />;
  const { crashes, log, folder, can_open: canOpen } = problems.data;
  return (
    <>
      <p className="mb-3 max-w-prose text-soft">{t('problems.lead')}</p>
      {crashes.length === 0 ? (
        <p className="text-faint">{t('problems.none')}</p>
      ) : (
        <ul aria-label={t('problems.crashes')} className="divide-y divide-line">
          {crashes.map(crash => (
            <CrashRow key={`${crash.at} ${crash.message}`} crash={crash} />
          ))}
        </ul>
      )}
      <details className="mt-4">
        <summary className="cursor-pointer text-small text-soft">
          {t('problems.log', { count: log.length })}
        </summary>
        <pre
          dir="ltr"
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- who has no mouse scrolls it, too
          tabIndex={0}
          aria-label={t('problems.log_label')}
          className="mt-2 max-h-80 overflow-auto rounded-base bg-sunken p-3 font-mono text-small whitespace-pre-wrap wrap-anywhere"
        >
          {log.join('\n')}
        </pre>
      </details>
      <div className="mt-4 flex flex-wrap items-center gap-3">
        <CopyButton text={toReport(problems.data)} label={t('problems.copy')} showLabel />
        {canOpen && (
          <Button onClick={() => open.mutate()}>
            <FolderOpen aria-hidden size={15} />
            {t('problems.open')}
          </Button>
        )}
      </div>
      <p className="mt-2 font-mono text-small text-faint wrap-anywhere" dir="ltr">
        {folder}
      </p>
      <ErrorNote error={open.error} />
    </>
  );
}

function CrashRow({ crash }: { crash: Problems['crashes'][number] }) {
  const { t, i18n } = useTranslation('about');
  const time = new Date(crash.at).toLocaleString(i18n.language, { dateStyle: 'medium', timeStyle: 'medium' });
  return (
    <li className="py-2">
      <p className="wrap-anywhere" dir="auto">
        {t(`problems.kind.${crash.kind}`)}: {crash.message}
      </p>
      <p className="text-small text-faint">
        {crash.version === null ? time : t('problems.when', { time, version: crash.version })}
      </p>
      {crash.stack !== null && (
        <details>
          <summary className="cursor-pointer text-small text-soft">{t('problems.stack')}</summary>
          <pre dir="ltr" className="mt-1 overflow-x-auto font-mono text-small text-soft">
            {crash.stack}
          </pre>
        </details>
      )}
    </li>
  );
}

/** Plain text, as it is pasted into a mail: the core took out keys, and nothing of a chat was ever in it. */
function toReport({ crashes, log }: Problems): string {
  const told = crashes.map(({ at, kind, version, message, stack }) =>
    [`${at} ${kind} ${version ?? ''} ${message}`, ...(stack === null ? [] : [stack])].join('\n'),
  );
  return [...told, '', ...log].join('\n');
}
