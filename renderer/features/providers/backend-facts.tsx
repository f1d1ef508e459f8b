import { useTranslation } from 'react-i18next';

import type { BackendStatus } from '../../../electron/contract/backends.ts';
import type { BackendUse } from '../../../electron/contract/provider-calls.ts';
import { formatCost } from '../../ui/format.ts';
import { ErrorText } from '../../ui/state-note.tsx';
import type { BackendRowProps } from './backend-row.tsx';
import { backendProblem } from './backend-state.ts';
import { keyPhrase } from './backend-texts.ts';

type BackendFactsProps = Pick<BackendRowProps, 'backend' | 'problem' | 'modelCount' | 'use'> & {
  onReview: () => void;
};

/** What is known of a backend, a line each; what is unknown is left out. */
export function BackendFacts({ backend, problem, modelCount, use, onReview }: BackendFactsProps) {
  const { t } = useTranslation('providers');
  const trouble = backendProblem(backend, problem);
  return (
    <div className="flex flex-col gap-0.5 text-small text-soft">
      <p>
        {[
          backend.title || backend.type,
          t(`scripts.${backend.script ?? 'none'}`),
          ...(backend.demo ? [t('demo')] : []),
          ...(modelCount === undefined ? [] : [t('check.models', { count: modelCount })]),
        ].join(' · ')}
      </p>
      {backend.base_url !== null && <p className="font-mono wrap-anywhere">{backend.base_url}</p>}
      <p className="wrap-anywhere">
        <span className="text-faint">{t('key.label')}</span> {keyPhrase(backend, t)}
        <RestingKeys backend={backend} />
      </p>
      {use && use.calls > 0 && <UseLine use={use} />}
      {trouble && (
        <div className="text-danger">
          <ErrorText error={trouble} />
        </div>
      )}
      <Pause backend={backend} />
      {backend.approval === 'changed' && (
        <p className="text-warning">
          {t('script_changed')}{' '}
          <button type="button" className="rounded-sm underline" onClick={onReview}>
            {t('look_at_change')}
          </button>
        </p>
      )}
    </div>
  );
}

function UseLine({ use }: { use: BackendUse }) {
  const { t, i18n } = useTranslation('providers');
  const cost = use.cost_usd === null ? t('use.cost_unknown') : formatCost(use.cost_usd);
  const failed = use.last_error;
  return (
    <p>
      {t('use.calls', { count: use.calls })}, {cost}
      {use.cost_usd !== null &&
        use.unknown_cost_calls > 0 &&
        ` ${t('use.partly', { count: use.unknown_cost_calls })}`}
      {failed && (
        <span className="text-danger">
          {' · '}
          {t('use.last_error', {
            code: failed.code,
            time: new Date(failed.at).toLocaleString(i18n.language, {
              dateStyle: 'short',
              timeStyle: 'short',
            }),
          })}
        </span>
      )}
    </p>
  );
}

function RestingKeys({ backend }: { backend: BackendStatus }) {
  const { t } = useTranslation('providers');
  const resting = backend.resting_keys ?? [];
  if (resting.length === 0) return null;
  return (
    <span className="text-warning">
      {' · '}
      {t('key.resting', { numbers: resting.map(({ number }) => number).join(', ') })}
    </span>
  );
}

function Pause({ backend: { circuit } }: { backend: BackendStatus }) {
  const { t, i18n } = useTranslation('providers');
  if (circuit?.state !== 'open' || circuit.retry_at === null) return null;
  const time = new Date(circuit.retry_at).toLocaleTimeString(i18n.language);
  return <p className="text-warning">{t('paused_until', { count: circuit.failures, time })}</p>;
}
