import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';

import { classNames } from '../../ui/class-names.ts';
import { formatTime } from '../../ui/format.ts';
import { useCallsOf } from './use-connect.ts';

/** Turns green when the first call of a tool arrives, known by its key's name. */
export function LiveLight({ client }: { client: string }) {
  const { t } = useTranslation('connect');
  const calls = useCallsOf(client);
  const last = calls.data?.[0];
  const isWell = last !== undefined && last.status !== 'error';
  return (
    <p role="status" className="flex items-center gap-2.5 text-small">
      <span
        aria-hidden
        data-light={last === undefined ? 'off' : isWell ? 'green' : 'red'}
        className={classNames(
          'size-2.5 shrink-0 rounded-full border',
          last === undefined
            ? 'border-line-strong'
            : isWell
              ? 'border-good bg-good'
              : 'border-danger bg-danger',
        )}
      />
      {last === undefined ? (
        <span className="text-soft">
          {client === '' ? t('light.no_key') : t('light.waiting', { client })}
        </span>
      ) : (
        <span className={isWell ? 'text-good' : 'text-danger'}>
          {isWell
            ? t('light.connected', { time: formatTime(last.started_at), model: last.model_asked })
            : t('light.failed', {
                time: formatTime(last.started_at),
                code: last.error_code ?? last.status,
              })}{' '}
          <Link href={`/inspector/${last.id}`} className="underline underline-offset-2">
            {t('light.look')}
          </Link>
        </span>
      )}
    </p>
  );
}
