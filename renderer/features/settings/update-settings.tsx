import { useTranslation } from 'react-i18next';

import type { ApiOutput } from '../../../electron/contract/api.ts';
import { Button } from '../../ui/button.tsx';
import { CoreWords, ErrorNote, LoadingNote } from '../../ui/state-note.tsx';
import { CheckLine } from '../backup/check-line.tsx';
import { useUpdates } from './use-about.ts';

/** Settings → about: whether there is a newer version, and what to do with it. */
export function UpdateSettings() {
  const { t } = useTranslation('about');
  const { state, check, download, install, setMode } = useUpdates();
  if (!state.data) return state.error ? <ErrorNote error={state.error} /> : <LoadingNote />;
  const { status, mode, installs } = state.data;
  if (status === 'unavailable') {
    return (
      <div className="text-soft">
        <CoreWords text={t('update.unavailable')} said={state.data.reason ?? ''} />
      </div>
    );
  }
  return (
    <>
      <UpdateLine state={state.data} />
      <div className="mt-3 flex flex-wrap items-center gap-3">
        {status === 'ready' ? (
          <Button variant="primary" onClick={() => install.mutate()}>
            {t('update.install')}
          </Button>
        ) : (
          <Button disabled={status === 'checking' || status === 'downloading'} onClick={() => check.mutate()}>
            {t('update.check')}
          </Button>
        )}
        {status === 'available' && installs && (
          <Button variant="primary" onClick={() => download.mutate()}>
            {t('update.download')}
          </Button>
        )}
      </div>
      <div className="mt-3">
        <CheckLine
          label={t('update.daily')}
          checked={mode === 'ask'}
          onChange={isOn => setMode.mutate(isOn ? 'ask' : 'off')}
        />
        <p className="mt-1 max-w-prose text-small text-faint">{t('update.daily_hint')}</p>
      </div>
      <ErrorNote error={check.error ?? download.error ?? install.error ?? setMode.error} />
    </>
  );
}

type State = ApiOutput<'updates.get'>;

function UpdateLine({ state }: { state: State }) {
  const { t, i18n } = useTranslation('about');
  const { status, version, progress, installs, reason, checked_at: checkedAt } = state;
  const time =
    checkedAt === null
      ? null
      : new Date(checkedAt).toLocaleString(i18n.language, { dateStyle: 'medium', timeStyle: 'short' });
  const percent = Math.round((progress ?? 0) * 100);
  const line = {
    unavailable: null,
    idle: t('update.idle'),
    checking: t('update.checking'),
    current: t('update.current'),
    available: t(installs ? 'update.available' : 'update.available_elsewhere', { version }),
    downloading: t('update.downloading', { version, percent }),
    ready: t('update.ready', { version }),
    failed: <CoreWords text={t('update.failed')} said={reason ?? ''} />,
  }[status];
  return (
    <div role="status">
      <div className={`max-w-prose ${status === 'failed' ? 'text-danger' : ''}`} dir="auto">
        {line}
      </div>
      {time !== null && <p className="text-small text-faint">{t('update.checked', { time })}</p>}
    </div>
  );
}
