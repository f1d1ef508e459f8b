import { readFile } from 'node:fs/promises';

import type { BackendStatus } from '../contract/backends.ts';
import { AppError } from '../contract/errors.ts';
import type { BenchRun, TracedStep } from '../contract/studio-calls.ts';
import type { Core } from '../core.ts';
import { showRun } from '../desks/show-run.ts';

export type ProviderTrace = { backend: string; model: string; run: BenchRun };

/** Asks one model of a backend with a real request and tells every station of it, without keys. Throws unknown_model. */
export async function traceBackend(
  { engine }: Core,
  { name, type, script_file: file }: BackendStatus,
  asked: { model: string | undefined; message: string },
  signal: AbortSignal,
): Promise<ProviderTrace> {
  const named = asked.model ?? (await firstModel(engine, name));
  const model = named.startsWith(`${name}/`) ? named.slice(name.length + 1) : named;
  const run = await engine.runBench(
    {
      type,
      source: file === null ? '' : await readFile(file, 'utf8'),
      backend: name,
      model,
      request: {
        messages: [{ role: 'user', content: [{ type: 'text', text: asked.message }] }],
        options: {},
        stream: true,
      },
      pasted: null,
    },
    signal,
  );
  return { backend: name, model, run: showRun(run) };
}

async function firstModel(engine: Core['engine'], backend: string): Promise<string> {
  const { models } = await engine.listModels();
  const first = models.find(({ id }) => id.startsWith(`${backend}/`));
  if (first) return first.id;
  throw new AppError('unknown_model', `${backend} lists no models. Name one: --trace -m MODEL`);
}

/** What each station changed, then the answer and its events. */
export function formatTrace({ backend, model, run }: ProviderTrace): string {
  const stations = run.steps.map((step, index) => formatStep(step, run.steps[index - 1]));
  const events = run.events.map(({ raw, decoded, modified }) =>
    [`  ${raw}`, ...(modified ?? decoded).map(delta => `    -> ${delta}`)].join('\n'),
  );
  const { text, finish_reason: reason } = run.answer;
  const end =
    run.error?.message ?? `${text}\n(${reason ?? 'no finish reason'}, ${String(run.duration_ms)} ms)`;
  const status = run.status === null ? [] : [`answered ${String(run.status)}`];
  return [`${backend}/${model}`, ...stations, ...status, ...events, end].join('\n');
}

function formatStep(step: TracedStep, before: TracedStep | undefined): string {
  const lines: string[] = [];
  if (step.url !== null && step.url !== before?.url) lines.push(`${step.method ?? ''} ${step.url}`);
  const known = new Map(before?.headers ?? []);
  for (const [name, value] of step.headers ?? [])
    if (known.get(name) !== value) lines.push(`${name}: ${value}`);
  if (step.body !== null && step.body !== before?.body) lines.push(...step.body.split('\n'));
  const by = step.by_script ? ' (script)' : '';
  const body = lines.length === 0 ? ['unchanged'] : lines;
  return [`${step.step}${by}`, ...body.map(line => `  ${line}`)].join('\n');
}
