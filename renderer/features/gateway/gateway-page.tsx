import { useTranslation } from 'react-i18next';

import type { ApiOutput } from '../../../electron/contract/api.ts';
import { isLoopback } from '../../../electron/contract/config.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Page, Section } from '../../ui/page.tsx';
import { ErrorNote, LoadingNote } from '../../ui/state-note.tsx';
import { useAppInfo } from '../settings/use-app-info.ts';
import { errorLine } from '../../ui/error-words.ts';
import { GatewayKeys } from './gateway-keys.tsx';
import { GatewayLinks } from './gateway-links.tsx';
import { ServerPanel } from './server-panel.tsx';
import { useServer } from './use-server.ts';

export function GatewayPage() {
  const { t } = useTranslation('gateway');
  const info = useAppInfo();
  return (
    <Page title={t('title')} lead={t('lead')} actions={<GatewayLinks />}>
      <ErrorNote error={info.error} />
      {info.isPending && <LoadingNote label={t('loading')} />}
      {info.data && (
        <>
          <Section title={t('address')}>
            <Address info={info.data} />
          </Section>
          <Section title={t('keys.title')}>
            <GatewayKeys />
          </Section>
          <Section title={t('server.title')}>
            <ServerPanel />
          </Section>
        </>
      )}
    </Page>
  );
}

function Address({ info }: { info: ApiOutput<'app.info'> }) {
  const { t } = useTranslation('gateway');
  const { gateway_url: base, gateway_error: error } = info;
  if (base === null) {
    return (
      <p role="alert" className="max-w-prose text-danger">
        {t('stopped')}. {error && errorLine(error)}
      </p>
    );
  }
  const url = `${base}/v1`;
  return (
    <>
      <p className="flex flex-wrap items-center gap-2">
        <span className="inline-flex items-center gap-1.5 text-small text-good">
          <span aria-hidden className="size-2 rounded-full bg-good" />
          {t('running')}
        </span>
        <code className="font-mono text-lg wrap-anywhere">{url}</code>
        <CopyButton text={url} label={t('copy_address')} />
      </p>
      {error && (
        <p role="alert" className="max-w-prose text-danger">
          {t('not_moved', { reason: errorLine(error) })}
        </p>
      )}
      <Reach url={base} />
    </>
  );
}

/** Who can reach it, and by which addresses. */
function Reach({ url }: { url: string }) {
  const { t } = useTranslation('gateway');
  const { data } = useServer();
  if (!data || isLoopback(data.host)) {
    return <p className="mt-1 max-w-prose text-small text-faint">{t('reach_local')}</p>;
  }
  const { port } = new URL(url);
  return (
    <p className="mt-1 max-w-prose text-small text-warning">
      {t('reach_network')} {t('reach_names')}{' '}
      {data.allowed_hosts.map(name => (
        <code key={name} className="me-2 font-mono wrap-anywhere">
          http://{name}:{port}/v1
        </code>
      ))}
    </p>
  );
}
