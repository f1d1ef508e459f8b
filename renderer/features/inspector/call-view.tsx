import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import type { CallDetails, ShownExchange } from '../../../electron/contract/inspector.ts';
import { describeKeyOrigin } from '../../../electron/contract/keys.ts';
import { formatCost, formatCount, formatDuration, formatTime } from '../../ui/format.ts';
import { ErrorNote, LoadingNote } from '../../ui/state-note.tsx';
import { CallActions } from './call-actions.tsx';
import { MessageView } from './message-view.tsx';
import { StatusWord } from './status-word.tsx';
import { TimeBar } from './time-bar.tsx';
import { useInspectedCall } from './use-inspector.ts';

/** A call opened: received, routed, sent, answered. */
export function CallView({ id }: { id: string }) {
  const { t } = useTranslation('inspector');
  const call = useInspectedCall(id);
  if (call.isPending) return <LoadingNote label={t('loading')} />;
  if (!call.data) return <ErrorNote error={call.error} />;
  return <OpenCall call={call.data} />;
}

function OpenCall({ call }: { call: CallDetails }) {
  const { t } = useTranslation('inspector');
  const several = call.exchanges.length > 1;
  const nameOf = (step: 'sent' | 'answered', number: number) =>
    several ? `${t(`steps.${step}`)} ${number}` : t(`steps.${step}`);
  return (
    <article aria-label={t('call', { model: call.model_asked })} className="flex flex-col gap-8">
      <Summary call={call} />
      <Step title={t('steps.received')}>
        {call.received ? (
          <MessageView
            head={`${call.received.method} ${call.received.url}`}
            headers={call.received.headers}
            body={call.received.body}
            name={t('steps.received')}
          />
        ) : (
          <p className="text-soft">{t('from_chat')}</p>
        )}
      </Step>
      <Step title={t('steps.routed')}>
        <Route call={call} />
      </Step>
      <Step title={t('steps.sent')}>
        {call.exchanges.length === 0 && <p className="text-soft">{t('not_sent')}</p>}
        {call.exchanges.map(exchange => (
          <Attempted key={exchange.number} exchange={exchange} isNamed={several}>
            <MessageView
              head={`${exchange.request.method} ${exchange.request.url}`}
              headers={exchange.request.headers}
              body={exchange.request.body}
              name={nameOf('sent', exchange.number)}
            />
          </Attempted>
        ))}
      </Step>
      <Step title={t('steps.answered')}>
        {call.exchanges.length === 0 && (
          <p className="text-soft">{t('answered_here', { code: call.error_code ?? call.status })}</p>
        )}
        {call.exchanges.map(exchange => (
          <Attempted key={exchange.number} exchange={exchange} isNamed={several}>
            <MessageView
              head={exchange.status === null ? t('no_answer') : String(exchange.status)}
              headers={exchange.headers}
              body={exchange.body}
              name={nameOf('answered', exchange.number)}
            />
            {exchange.error !== null && (
              <p className="mt-1 text-small text-danger">{t('broke_off', { reason: exchange.error })}</p>
            )}
          </Attempted>
        ))}
      </Step>
    </article>
  );
}

function Summary({ call }: { call: CallDetails }) {
  const { t } = useTranslation('inspector');
  const { client, started_at: started, error_code: code } = call;
  return (
    <header className="flex flex-col gap-3">
      <div>
        <h2 className="font-serif text-xl leading-snug font-semibold wrap-anywhere">{call.model_asked}</h2>
        <p className="mt-0.5 text-small text-soft">
          <StatusWord status={call.status} />
          {code !== null && code !== call.status && ` ${code}`} · <bdi>{client}</bdi> ·{' '}
          <time dateTime={started}>{formatTime(started)}</time> · {formatDuration(call.duration_ms)}
        </p>
        <p className="text-small text-faint">
          {t('numbers', {
            input: formatCount(call.input_tokens),
            output: formatCount(call.output_tokens),
            cost: formatCost(call.cost_usd),
          })}
          {call.replay_of !== null && ` · ${t('is_replay')}`}
          {call.is_count && ` · ${t('is_count')}`}
          {call.is_kept && ` · ${t('is_kept')}`}
        </p>
      </div>
      <TimeBar call={call} />
      <CallActions call={call} />
    </header>
  );
}

function Route({ call }: { call: CallDetails }) {
  const { t } = useTranslation('inspector');
  const { dialect_in: from, dialect_out: to, attempt_list: attempts, warnings } = call;
  return (
    <div className="flex flex-col gap-2 text-small">
      <p>
        {call.model_asked} → <strong className="font-medium">{call.backend}</strong>
        {call.model_answered !== null && ` (${call.model_answered})`}
        {from !== null && to !== null && (
          <span className="text-soft">
            {' '}
            · {from === to ? t('same_dialect', { dialect: to }) : `${from} → ${to}`}
          </span>
        )}
      </p>
      {warnings.length > 0 && (
        <ul aria-label={t('warnings')} className="list-disc ps-5 text-warning">
          {warnings.map(warning => (
            <li key={warning}>{warning}</li>
          ))}
        </ul>
      )}
      {attempts.length > 0 && (
        <ol aria-label={t('attempts')} className="flex flex-col gap-1">
          {attempts.map(
            ({ number, backend, model, key, http_status: status, error_code: code, duration_ms: ms }) => (
              <li key={number} className="text-soft">
                {t('attempt', { number })} {backend}/{model} ·{' '}
                <span className={code === null ? 'text-good' : 'text-danger'}>{code ?? status ?? 'ok'}</span>{' '}
                · {formatDuration(ms)}
                {key && <span className="text-faint"> · {describeKeyOrigin(key)}</span>}
              </li>
            ),
          )}
        </ol>
      )}
    </div>
  );
}

function Step({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h3 className="mb-2 border-b border-line pb-1 font-semibold">{title}</h3>
      <div className="flex flex-col gap-4">{children}</div>
    </section>
  );
}

type AttemptedProps = { exchange: ShownExchange; isNamed: boolean; children: ReactNode };

function Attempted({ exchange, isNamed, children }: AttemptedProps) {
  const { t } = useTranslation('inspector');
  return (
    <div>
      {isNamed && (
        <h4 className="mb-1 text-small font-medium text-soft">
          {t('attempt', { number: exchange.number })} {exchange.backend}/{exchange.model}
        </h4>
      )}
      {children}
    </div>
  );
}
