import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { BenchRun, TracedEvent, TracedStep } from '../../../electron/contract/studio-calls.ts';
import { describeKeyOrigin } from '../../../electron/contract/keys.ts';
import { Button } from '../../ui/button.tsx';
import { classNames } from '../../ui/class-names.ts';
import { CodeBlock } from '../../ui/code/code-block.tsx';
import { ErrorNote } from '../../ui/state-note.tsx';
import { SourceDiff } from '../providers/source-diff.tsx';
import { compareSteps } from './compare-steps.ts';
import type { StepChange } from './compare-steps.ts';

/** One run: the request behind every station, the answer, and what became of its events. */
export function TraceView({ run, isLive = false }: { run: BenchRun; isLive?: boolean }) {
  const { t } = useTranslation('studio');
  const wasSent = run.steps.at(-1)?.step === 'sent';
  return (
    <section
      aria-label={t('trace.label')}
      aria-busy={isLive}
      className="flex flex-col gap-6 border-t border-line pt-5"
    >
      <ErrorNote error={run.error} />
      <div>
        <h2 className="mb-1 font-semibold">{t('trace.request')}</h2>
        {run.key && (
          <p className="text-small text-soft">{t('trace.key', { origin: describeKeyOrigin(run.key) })}</p>
        )}
        {run.warnings.length > 0 && (
          <p className="text-small text-warning">
            {t('trace.left_out', { fields: run.warnings.join(', ') })}
          </p>
        )}
        <ol className="mt-1 flex flex-col divide-y divide-line">
          {run.steps.map((step, index) => (
            <Step key={step.step} step={step} before={run.steps[index - 1]} dialect={run.dialect} />
          ))}
        </ol>
        {!wasSent && !isLive && <p className="mt-2 text-small text-soft">{t('trace.not_reached')}</p>}
      </div>
      {wasSent && (isLive ? <ComingAnswer status={run.status} /> : <Answer run={run} />)}
      {run.events.length > 0 && <Events events={run.events} leftOut={run.events_left_out} />}
    </section>
  );
}

type StepProps = { step: TracedStep; before: TracedStep | undefined; dialect: string | null };

function Step({ step, before, dialect }: StepProps) {
  const { t } = useTranslation('studio');
  const change = compareSteps(before, step);
  const by = whoDid(step);
  const summary = (
    <>
      <span className="font-mono font-medium">{t(`trace.steps.${step.step}`)}</span>{' '}
      <span className="text-soft">{t(`trace.by.${by}`, { name: dialect ?? '' })}</span>
      {' · '}
      <span className={classNames(change.parts.length > 0 ? 'text-accent' : 'text-faint')}>
        {change.parts.map(part => t(`trace.changes.${part}`)).join(', ') || t('trace.unchanged')}
      </span>
    </>
  );
  const isLast = step.step === 'sent';
  if (change.parts.length === 0 && !isLast) return <li className="py-1.5 ps-5 text-small">{summary}</li>;
  return (
    <li className="py-1">
      <details open={step.by_script}>
        <summary className="rounded-base py-0.5 text-small hover:text-accent">{summary}</summary>
        <div className="flex flex-col gap-2 py-2 ps-5">
          {isLast ? (
            <WholeRequest step={step} headers={change.headers} />
          ) : (
            <StepContent step={step} before={before} change={change} />
          )}
        </div>
      </details>
    </li>
  );
}

function whoDid({ step, by_script: byScript }: TracedStep) {
  if (step === 'encode_request') return 'dialect';
  if (step === 'sent') return 'wire';
  return byScript ? 'script' : 'parley';
}

function StepContent({ step, before, change }: Omit<StepProps, 'dialect'> & { change: StepChange }) {
  return (
    <>
      {change.url && (
        <p className="font-mono text-small wrap-anywhere">
          {step.method} {step.url}
        </p>
      )}
      {change.parts.includes('headers') && <Headers headers={change.headers} />}
      {change.body === 'new' && <CodeBlock code={step.body ?? ''} language="json" />}
      {change.body === 'changed' && <SourceDiff before={before?.body ?? ''} after={step.body ?? ''} />}
    </>
  );
}

function WholeRequest({ step, headers }: { step: TracedStep; headers: StepChange['headers'] }) {
  return (
    <>
      <p className="font-mono text-small wrap-anywhere">
        {step.method} {step.url}
      </p>
      <Headers headers={headers} />
      {step.body !== null && <CodeBlock code={step.body} language="json" />}
    </>
  );
}

function Headers({ headers }: { headers: StepChange['headers'] }) {
  const { t } = useTranslation('studio');
  return (
    <dl className="grid grid-cols-[minmax(6rem,max-content)_1fr] gap-x-4 font-mono text-small">
      {headers.map(({ name, value, change }) => (
        <div key={`${name} ${change}`} className="contents">
          <dt className="wrap-anywhere text-faint">{name}</dt>
          <dd className={classNames('wrap-anywhere', change === 'removed' && 'text-danger line-through')}>
            {value}
            {change !== 'same' && (
              <span className="font-sans text-accent"> {t(`trace.header_changes.${change}`)}</span>
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function ComingAnswer({ status }: Pick<BenchRun, 'status'>) {
  const { t } = useTranslation('studio');
  const facts = [...(status === null ? [] : [`HTTP ${String(status)}`]), t('trace.coming')];
  return (
    <div>
      <h2 className="mb-1 font-semibold">{t('trace.answer')}</h2>
      <p className="text-small text-soft">{facts.join(' · ')}</p>
    </div>
  );
}

function Answer({ run }: { run: BenchRun }) {
  const { t } = useTranslation('studio');
  const { answer, status, duration_ms: ms, received } = run;
  const facts = [
    status === null ? t('trace.no_answer') : `HTTP ${status}`,
    t('trace.took', { ms }),
    ...(answer.finish_reason === null ? [] : [t('trace.finished', { reason: answer.finish_reason })]),
    ...(answer.usage.input_tokens === undefined && answer.usage.output_tokens === undefined
      ? []
      : [
          t('trace.tokens', {
            input: answer.usage.input_tokens ?? '?',
            output: answer.usage.output_tokens ?? '?',
          }),
        ]),
  ];
  return (
    <div>
      <h2 className="mb-1 font-semibold">{t('trace.answer')}</h2>
      <p className="text-small text-soft">{facts.join(' · ')}</p>
      {answer.thinking !== '' && (
        <p dir="auto" className="mt-2 text-small wrap-anywhere whitespace-pre-wrap text-faint">
          {answer.thinking}
        </p>
      )}
      {answer.text !== '' && (
        <p dir="auto" className="mt-2 wrap-anywhere whitespace-pre-wrap">
          {answer.text}
        </p>
      )}
      {answer.tool_calls.map((call, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- a call's place is its identity
        <p key={index} className="mt-2 font-mono text-small wrap-anywhere">
          <span className="font-sans text-soft">{t('trace.tool_call', { name: call.name })}</span>{' '}
          {call.arguments}
        </p>
      ))}
      {received !== '' && (
        <details className="mt-2">
          <summary className="w-fit rounded-base text-small text-soft hover:text-ink">
            {t('trace.received')}
          </summary>
          <pre
            // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls with the keyboard
            tabIndex={0}
            className="mt-1 max-h-80 overflow-auto rounded-base bg-sunken p-3 font-mono text-small wrap-anywhere whitespace-pre-wrap"
          >
            {received}
          </pre>
        </details>
      )}
    </div>
  );
}

const firstEvents = 30;

function Events({ events, leftOut }: { events: TracedEvent[]; leftOut: number }) {
  const { t } = useTranslation('studio');
  const [shown, setShown] = useState(firstEvents);
  const more = events.length - shown;
  return (
    <div>
      <h2 className="mb-1 font-semibold">{t('trace.events')}</h2>
      <ol className="flex flex-col divide-y divide-line">
        {events.slice(0, shown).map((event, index) => (
          // oxlint-disable-next-line react/no-array-index-key -- an event's number is its identity
          <li key={index} aria-label={t('trace.event', { number: index + 1 })} className="py-2">
            <Event event={event} />
          </li>
        ))}
      </ol>
      {more > 0 && (
        <Button variant="quiet" onClick={() => setShown(shown + 200)}>
          {t('trace.more_events', { count: Math.min(more, 200) })}
        </Button>
      )}
      {leftOut > 0 && (
        <p className="text-small text-soft">{t('trace.events_left_out', { count: leftOut })}</p>
      )}
    </div>
  );
}

function Event({ event: { raw, decoded, modified } }: { event: TracedEvent }) {
  const { t } = useTranslation('studio');
  const isChanged = modified !== null && modified.join('\n') !== decoded.join('\n');
  return (
    <div className="font-mono text-small wrap-anywhere">
      <p className="text-faint">{raw}</p>
      <Deltas lines={decoded} isOld={isChanged} />
      {isChanged && (
        <>
          <p className="mt-1 font-sans text-accent">{t('trace.after_hook')}</p>
          <Deltas lines={modified} />
        </>
      )}
    </div>
  );
}

function Deltas({ lines, isOld = false }: { lines: readonly string[]; isOld?: boolean }) {
  const { t } = useTranslation('studio');
  if (lines.length === 0) return <p className="ps-4 font-sans text-faint">{t('trace.no_deltas')}</p>;
  return lines.map((line, index) => (
    // oxlint-disable-next-line react/no-array-index-key -- a delta's place is its identity
    <p key={index} className={classNames('ps-4', isOld && 'text-soft')}>
      {'→ '}
      {line}
    </p>
  ));
}
