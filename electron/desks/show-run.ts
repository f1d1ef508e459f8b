import type { BenchProgress, BenchRun } from '../contract/studio-calls.ts';
import type { Completion } from '../contract/completion.ts';
import { toErrorInfo } from '../contract/errors.ts';
import type { CollectedTrace } from '../engine/collect-trace.ts';
import type { BenchResult } from '../engine/test-bench.ts';
import { createRedactor } from '../gateway/inspector/redact.ts';
import type { Redactor } from '../gateway/inspector/redact.ts';

/** A run of the test bench as the page may see it: every key taken out. */
export function showRun(run: BenchResult): BenchRun {
  const redact = createRedactor([run.key?.key]);
  return {
    dialect: run.dialect,
    key: run.key?.origin ?? null,
    steps: showSteps(run, redact),
    status: run.status,
    headers: redact.headers(
      Object.entries(run.headers).map(([name, value]) => [name, [value].flat().join(', ')] as const),
    ),
    received: redact.text(run.received, false),
    events: showEvents(run.events, redact),
    events_left_out: run.events_left_out,
    answer: showAnswer(run.completion, redact),
    warnings: [...run.warnings],
    error: run.error && { ...toErrorInfo(run.error), message: redact.text(run.error.message) },
    duration_ms: run.duration_ms,
  };
}

/** The same of a run under way: what is known so far, and its events from a number on. */
export function showProgress(
  id: string,
  dialect: BenchRun['dialect'],
  trace: CollectedTrace,
  from: number,
): BenchProgress {
  const redact = createRedactor([trace.key?.key]);
  return {
    id,
    dialect,
    key: trace.key?.origin ?? null,
    steps: showSteps(trace, redact),
    status: trace.status,
    from,
    events: showEvents(trace.events.slice(from), redact),
    events_left_out: trace.events_left_out,
  };
}

function showSteps({ steps }: CollectedTrace, redact: Redactor): BenchRun['steps'] {
  return steps.map(step => ({
    ...step,
    url: step.url === null ? null : redact.url(step.url),
    headers: step.headers && redact.headers(Object.entries(step.headers)),
    body: step.body === null ? null : redact.text(step.body, false),
  }));
}

function showEvents(events: CollectedTrace['events'], redact: Redactor): BenchRun['events'] {
  const lines = (texts: readonly string[]): string[] => texts.map(text => redact.text(text));
  return events.map(({ raw, decoded, modified }) => ({
    raw: redact.text(raw),
    decoded: lines(decoded),
    modified: modified && lines(modified),
  }));
}

function showAnswer(completion: Completion, redact: Redactor): BenchRun['answer'] {
  const { blocks, finish_reason: reason, model, usage } = completion;
  const textOf = (kind: 'text' | 'thinking'): string =>
    redact.text(blocks.flatMap(({ block, text }) => (block === kind ? [text] : [])).join('\n'));
  return {
    text: textOf('text'),
    thinking: textOf('thinking'),
    tool_calls: blocks.flatMap(({ block, name, text }) =>
      block === 'tool_use' ? [{ name: name ?? '', arguments: redact.text(text) }] : [],
    ),
    finish_reason: reason ?? null,
    model: model ?? null,
    usage,
  };
}
