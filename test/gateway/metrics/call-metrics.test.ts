import { describe, expect, it } from 'vitest';

import type { Attempt, CallEnd, CallStart } from '../../../electron/contract/calls.ts';
import { createCallMetrics } from '../../../electron/gateway/metrics/call-metrics.ts';
import type { CallMetrics } from '../../../electron/gateway/metrics/call-metrics.ts';
import { makeEnd, makeStart } from '../../store/test-store.ts';

function makeAttempt(callId: string, changes: Partial<Attempt> = {}): Attempt {
  return {
    call_id: callId,
    number: 1,
    backend: 'groq',
    model: 'llama',
    dialect: 'openai_completions',
    key: null,
    key_number: null,
    http_status: 200,
    error_code: null,
    started_at: '2026-03-01T12:00:00.000Z',
    duration_ms: 1,
    ...changes,
  };
}

let made = 0;

function run(metrics: CallMetrics, start: Partial<CallStart> = {}, end: Partial<CallEnd> = {}): void {
  const id = `call-${String((made += 1))}`;
  metrics.begin(makeStart({ id, client: 'editor', dialect_in: 'anthropic_messages', ...start }));
  metrics.attempted(makeAttempt(id));
  metrics.end(makeEnd(id, end));
}

/** The samples of one metric: labels and value as they stand in the text. */
async function samples(metrics: CallMetrics, name: string): Promise<string[]> {
  const { text } = await metrics.scrape();
  return text
    .split('\n')
    .filter(line => new RegExp(`^${name}[ {]`).test(line))
    .map(line => line.slice(name.length).trim());
}

describe('GET /metrics', () => {
  it('is in the Prometheus text format, with the process beside the calls', async () => {
    const metrics = createCallMetrics({ version: '1.2.3' });
    const { content_type: type, text } = await metrics.scrape();
    expect(type).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(text).toContain('# TYPE parley_calls_total counter');
    expect(text).toContain('parley_info{version="1.2.3"} 1');
    expect(text).toMatch(/^process_resident_memory_bytes \d+/m);
    expect(text).toMatch(/^nodejs_eventloop_lag_seconds /m);
    for (const line of text.split('\n').filter(each => each !== '')) {
      expect(line).toMatch(/^(?:# (?:HELP|TYPE) \w+ .+|\w+(?:\{(?:[a-z_]+="[^"]*",?)+\})? [-+\d.eInfNa]+)$/);
    }
  });

  it('counts calls, tokens and cost, also those from before anybody asked', async () => {
    const metrics = createCallMetrics({ version: '1' });
    run(metrics);
    run(metrics, {}, { cost_usd: null });
    run(
      metrics,
      { client: 'chat', dialect_in: null },
      {
        status: 'cancelled',
        cost_usd: null,
        input_tokens: null,
        output_tokens: null,
        cache_read_tokens: null,
        reasoning_tokens: null,
      },
    );
    const place = 'backend="groq",model="llama"';
    expect(await samples(metrics, 'parley_calls_total')).toEqual([
      `{client="editor",${place},dialect="anthropic_messages",status="ok"} 2`,
      `{client="chat",${place},dialect="none",status="cancelled"} 1`,
    ]);
    expect(await samples(metrics, 'parley_tokens_total')).toEqual([
      `{client="editor",${place},kind="input"} 200`,
      `{client="editor",${place},kind="output"} 40`,
      `{client="editor",${place},kind="cache_read"} 20`,
      `{client="editor",${place},kind="reasoning"} 10`,
    ]);
    expect(await samples(metrics, 'parley_cost_usd_total')).toEqual([`{client="editor",${place}} 0.25`]);
    expect(await samples(metrics, 'parley_unpriced_calls_total')).toEqual([
      `{client="editor",${place}} 1`,
      `{client="chat",${place}} 1`,
    ]);
    run(metrics);
    expect((await samples(metrics, 'parley_calls_total'))[0]).toMatch(/ 3$/);
  });

  it('has the seconds of calls and of their first piece in buckets', async () => {
    const metrics = createCallMetrics({ version: '1' });
    run(metrics, {}, { duration_ms: 900.5, first_token_ms: 120 });
    run(metrics, {}, { duration_ms: 100_000, first_token_ms: null });
    const place = 'backend="groq",model="llama"';
    const buckets = await samples(metrics, 'parley_call_duration_seconds_bucket');
    expect(buckets).toContain(`{le="0.64",${place}} 0`);
    expect(buckets).toContain(`{le="1.28",${place}} 1`);
    expect(buckets).toContain(`{le="+Inf",${place}} 2`);
    expect(await samples(metrics, 'parley_call_duration_seconds_sum')).toEqual([`{${place}} 100.9005`]);
    expect(await samples(metrics, 'parley_first_token_seconds_count')).toEqual([`{${place}} 1`]);
  });

  it('counts attempts and retries by backend, and a call where it was answered', async () => {
    const metrics = createCallMetrics({ version: '1' });
    metrics.begin(makeStart({ id: '1', client: 'editor', backend: 'groq' }));
    metrics.attempted(makeAttempt('1', { error_code: 'http_error', http_status: 500 }));
    metrics.attempted(makeAttempt('1', { number: 2, backend: 'work', model: 'small' }));
    metrics.end(makeEnd('1', { backend: 'work', attempts: 2 }));
    expect(await samples(metrics, 'parley_attempts_total')).toEqual([
      '{backend="groq",code="http_error"} 1',
      '{backend="work",code="ok"} 1',
    ]);
    expect(await samples(metrics, 'parley_retries_total')).toEqual(['{backend="work"} 1']);
    expect(await samples(metrics, 'parley_calls_total')).toEqual([
      '{client="editor",backend="work",model="small",dialect="none",status="ok"} 1',
    ]);
  });

  it('names the cause of what failed', async () => {
    const metrics = createCallMetrics({ version: '1' });
    run(metrics, {}, { status: 'error', error_code: 'http_error' });
    run(metrics, {}, { status: 'interrupted', error_code: 'incomplete_stream' });
    run(metrics, {}, { status: 'cancelled', error_code: 'cancelled' });
    expect(await samples(metrics, 'parley_call_errors_total')).toEqual([
      '{backend="groq",code="http_error"} 1',
      '{backend="groq",code="incomplete_stream"} 1',
    ]);
  });

  it('shows the calls that run, and the state of backends, as they are now', async () => {
    let state = 'closed';
    const metrics = createCallMetrics({
      version: '1',
      circuits: () => Promise.resolve([{ backend: 'groq', state }]),
    });
    metrics.begin(makeStart({ id: 'r1' }));
    metrics.begin(makeStart({ id: 'r2' }));
    expect(await samples(metrics, 'parley_active_calls')).toEqual(['{backend="groq"} 2']);
    expect(await samples(metrics, 'parley_backend_circuit')).toEqual(['{backend="groq",state="closed"} 1']);
    metrics.end(makeEnd('r1'));
    metrics.end(makeEnd('r2'));
    state = 'open';
    expect(await samples(metrics, 'parley_active_calls')).toEqual([]);
    expect(await samples(metrics, 'parley_backend_circuit')).toEqual(['{backend="groq",state="open"} 1']);
  });
});

describe('what tools send', () => {
  it('makes no labels: names that nothing answered to are none or other', async () => {
    const metrics = createCallMetrics({ version: '1' });
    for (let call = 0; call < 50; call += 1) {
      const id = `junk-${String(call)}`;
      metrics.begin(
        makeStart({
          id,
          client: 'editor',
          backend: `nonsense-${id}`,
          model_asked: `x"y\n${id}`,
          dialect_out: null,
        }),
      );
      metrics.end(
        makeEnd(id, {
          status: 'error',
          attempts: 0,
          cost_usd: null,
          input_tokens: null,
          output_tokens: null,
          cache_read_tokens: null,
          reasoning_tokens: null,
          first_token_ms: null,
        }),
      );
      metrics.begin(makeStart({ id: `${id}-asked`, client: 'editor' }));
      metrics.attempted(
        makeAttempt(`${id}-asked`, { model: id, error_code: 'http_error', http_status: 404 }),
      );
      metrics.end(makeEnd(`${id}-asked`, { status: 'error', cost_usd: null }));
    }
    expect(
      (await samples(metrics, 'parley_calls_total')).map(line => line.replace(/,dialect.*/, '')),
    ).toEqual([
      '{client="editor",backend="none",model="none"',
      '{client="editor",backend="groq",model="other"',
    ]);
  });

  it('makes no more than some hundreds of series, however many models there are', async () => {
    const metrics = createCallMetrics({ version: '1' });
    for (let call = 0; call < 3000; call += 1) {
      const id = `many-${String(call)}`;
      metrics.begin(makeStart({ id, client: 'editor' }));
      metrics.attempted(makeAttempt(id, { model: id }));
      metrics.end(makeEnd(id));
    }
    const lines = await samples(metrics, 'parley_calls_total');
    expect(lines).toHaveLength(301);
    expect(lines.at(-1)).toMatch(/model="other".* 2700$/);
  });

  it('cannot break the text or the counting', async () => {
    const metrics = createCallMetrics({ version: '1' });
    run(
      metrics,
      { client: 'a"b\\c\nd' },
      {
        cost_usd: Number.NaN,
        input_tokens: -5,
        output_tokens: Number.POSITIVE_INFINITY,
        duration_ms: Number.NaN,
      },
    );
    metrics.end(makeEnd('never-begun'));
    run(metrics);
    const lines = await samples(metrics, 'parley_calls_total');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toContain('client="a\\"b\\\\c\\nd"');
    expect(await samples(metrics, 'parley_cost_usd_total')).toHaveLength(1);
  });
});
