import { setTimeout as sleep } from 'node:timers/promises';

import { describe, expect, it } from 'vitest';

import type { ReceivedRequest } from '../../../electron/contract/call-watch.ts';
import type { CallEnd, CallStart } from '../../../electron/contract/calls.ts';
import type { AppError } from '../../../electron/contract/errors.ts';
import { createInspector } from '../../../electron/gateway/inspector/inspector.ts';
import { openCallSpans, tracesEndpoint } from '../../../electron/gateway/metrics/call-spans.ts';
import { makeEnd, makeStart } from '../../store/test-store.ts';
import { waitFor } from '../../support/start-parley.ts';
import { startOtlpReceiver } from './otlp-receiver.ts';

const key = 'sk-upstream-0123456789';
const types: Record<string, string> = { groq: 'groq', g: 'google', x: 'xai' };

type Call = {
  start?: Partial<CallStart>;
  end?: Partial<CallEnd>;
  received?: Partial<ReceivedRequest> | null;
  url?: string;
  answer?: string;
  type?: string;
};

async function setUp(env: Record<string, string> = {}, answer = 200) {
  const receiver = await startOtlpReceiver(answer);
  const problems: AppError[] = [];
  const spans = (await openCallSpans({
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, ...env },
    version: '1.2.3',
    typeOf: backend => types[backend],
    onProblem: error => problems.push(error),
  }))!; // an endpoint is set
  let time = 5000;
  const inspector = createInspector({ now: () => (time += 10) });
  inspector.onEnd(entry => spans.record(entry));
  let calls = 0;
  const run = (call: Call = {}): void => {
    const id = String((calls += 1));
    if (call.received !== null) {
      inspector.received(id, {
        method: 'POST',
        url: '/v1/chat/completions',
        raw_headers: [],
        body: Buffer.from(JSON.stringify(question)),
        answer_headers: {},
        ...call.received,
      });
    }
    inspector.begin(makeStart({ id, client: 'editor', dialect_in: 'openai_completions', ...call.start }));
    const request = {
      method: 'POST',
      url: call.url ?? 'https://api.groq.com/v1/chat/completions',
      headers: {},
      key,
    };
    const exchange = inspector.sent(id, { number: 1, backend: 'groq', model: 'llama' }, request);
    exchange.head(200, { 'content-type': call.type ?? 'text/event-stream' });
    if (call.answer !== '') exchange.data(Buffer.from(call.answer ?? streamed));
    exchange.end();
    inspector.end(makeEnd(id, call.end));
  };
  return { receiver, problems, spans, run };
}

const question = {
  model: 'groq/llama',
  stream: true,
  temperature: 0.5,
  max_completion_tokens: 100,
  messages: [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: `My key is ${key}` },
  ],
};
const streamed = [
  {
    id: 'chatcmpl-1',
    model: 'llama-3.3',
    choices: [{ index: 0, delta: { role: 'assistant', content: 'Hel' } }],
  },
  { id: 'chatcmpl-1', model: 'llama-3.3', choices: [{ index: 0, delta: { content: 'lo.' } }] },
  { id: 'chatcmpl-1', model: 'llama-3.3', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
]
  .map(chunk => `data: ${JSON.stringify(chunk)}\n\n`)
  .join('');

describe('a call as a span', () => {
  it('follows the GenAI conventions, and holds nothing of what was said', async () => {
    const { receiver, run, spans, problems } = await setUp();
    run();
    await spans.close();
    expect(problems).toEqual([]);
    expect(receiver.requests.map(({ path }) => path)).toEqual(['/v1/traces']);
    expect(receiver.resource).toMatchObject({ 'service.name': 'parley', 'service.version': '1.2.3' });
    const [span] = receiver.spans;
    expect(span).toMatchObject({ name: 'chat llama', kind: 3, parent_id: '', status: 0 });
    expect(span?.attributes).toEqual({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'groq',
      'gen_ai.request.model': 'llama',
      'gen_ai.request.stream': true,
      'gen_ai.request.temperature': 0.5,
      'gen_ai.request.max_tokens': 100,
      'gen_ai.response.model': 'llama-3.3',
      'gen_ai.response.id': 'chatcmpl-1',
      'gen_ai.response.finish_reasons': ['stop'],
      'gen_ai.response.time_to_first_chunk': 0.12,
      'gen_ai.usage.input_tokens': 100,
      'gen_ai.usage.output_tokens': 20,
      'gen_ai.usage.cache_read.input_tokens': 10,
      'gen_ai.usage.reasoning.output_tokens': 5,
      'server.address': 'api.groq.com',
      'server.port': 443,
      'parley.client': 'editor',
      'parley.backend': 'groq',
      'parley.model_asked': 'groq/llama',
      'parley.call_id': '1',
      'parley.status': 'ok',
      'parley.attempts': 1,
      'parley.cost_usd': 0.25,
    });
    // Received 10 ms before the row begins, which says 12:00:00.000.
    expect(span?.start_ms).toBe(Date.parse('2026-03-01T12:00:00.000Z') - 10);
    expect((span?.end_ms ?? 0) - (span?.start_ms ?? 0)).toBe(60);
  });

  it('belongs to the trace of the tool that asked', async () => {
    const { receiver, run, spans } = await setUp();
    const trace = '0af7651916cd43dd8448eb211c80319c';
    const withHeader = (traceparent: string): Call => ({
      received: { raw_headers: ['x', 'y', 'TraceParent', traceparent] },
    });
    run(withHeader(`00-${trace}-b7ad6b7169203331-01`));
    run(withHeader(`00-${trace}-b7ad6b7169203331-00`));
    for (const broken of [
      '',
      'x',
      `ff-${trace}-b7ad6b7169203331-01`,
      `00-${'0'.repeat(32)}-b7ad6b7169203331-01`,
      `00-${trace}-b7ad-01`,
    ])
      run(withHeader(broken));
    await spans.close();
    // The second one's tool said that it is not to be recorded.
    expect(
      receiver.spans.map(({ attributes, parent_id: parent }) => [attributes['parley.call_id'], parent]),
    ).toEqual([['1', 'b7ad6b7169203331'], ...['3', '4', '5', '6', '7'].map(id => [id, ''])]);
    expect(receiver.spans[0]?.trace_id).toBe(trace);
    expect(receiver.spans[1]?.trace_id).not.toBe(trace);
  });

  it('that failed says why; one that was stopped is no failure', async () => {
    const { receiver, run, spans } = await setUp();
    run({ end: { status: 'error', error_code: 'http_error', model_answered: null } });
    run({ end: { status: 'interrupted', error_code: 'incomplete_stream' } });
    run({ end: { status: 'cancelled', error_code: 'cancelled' } });
    await spans.close();
    expect(receiver.spans.map(({ status, attributes }) => [status, attributes['error.type']])).toEqual([
      [2, 'http_error'],
      [2, 'incomplete_stream'],
      [0, 'cancelled'],
    ]);
    expect(receiver.spans[0]?.attributes).not.toHaveProperty('gen_ai.response.model');
  });

  it.each([
    ['embeddings', { received: { url: '/v1/embeddings' } }],
    ['embeddings', { received: { url: '/api/embed' } }],
    ['text_completion', { received: { url: '/v1/completions?x=1' } }],
    ['generate_content', { start: { dialect_out: 'google_gemini' } }],
    ['chat', { received: null, start: { client: 'chat', dialect_in: null } }],
  ] as const)('is named after what was asked for: %s', async (operation, call) => {
    const { receiver, run, spans } = await setUp();
    run(call);
    await spans.close();
    expect(receiver.spans[0]?.name).toBe(`${operation} llama`);
    expect(receiver.spans[0]?.attributes['gen_ai.operation.name']).toBe(operation);
  });

  it('names providers as the conventions do, and other ones as their scripts are', async () => {
    const { receiver, run, spans } = await setUp();
    for (const backend of ['g', 'x', 'unheard-of'])
      run({ start: { backend }, url: 'http://localhost:11434/api/chat' });
    await spans.close();
    expect(receiver.spans.map(({ attributes }) => attributes['gen_ai.provider.name'])).toEqual([
      'gcp.gemini',
      'x_ai',
      'unheard-of',
    ]);
    expect(receiver.spans[0]?.attributes).toMatchObject({
      'server.address': 'localhost',
      'server.port': 11434,
    });
  });

  it('survives requests and answers that are none', async () => {
    const { receiver, run, spans } = await setUp({
      OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'true',
    });
    run({ received: { body: Buffer.from('{"a') }, answer: 'data: {"choi', url: 'nonsense' });
    run({ received: { body: Buffer.from('[]') }, answer: '', type: 'application/json' });
    run({ received: { body: Buffer.from('null') }, answer: '<html>', type: 'application/json' });
    await spans.close();
    expect(receiver.spans).toHaveLength(3);
    for (const { attributes } of receiver.spans)
      expect(attributes).not.toHaveProperty('gen_ai.output.messages');
  });
});

describe('what was said', () => {
  const env = { OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'SPAN_ONLY' };
  const content = (attributes: Record<string, unknown> | undefined, name: string): unknown =>
    JSON.parse(String(attributes?.[name]));

  it('goes along where it is asked for, without keys', async () => {
    const { receiver, run, spans } = await setUp(env);
    run();
    await spans.close();
    const attributes = receiver.spans[0]?.attributes;
    expect(content(attributes, 'gen_ai.system_instructions')).toEqual([
      { type: 'text', content: 'Be brief.' },
    ]);
    expect(content(attributes, 'gen_ai.input.messages')).toEqual([
      { role: 'user', parts: [{ type: 'text', content: 'My key is [redacted]' }] },
    ]);
    expect(content(attributes, 'gen_ai.output.messages')).toEqual([
      { role: 'assistant', parts: [{ type: 'text', content: 'Hello.' }], finish_reason: 'stop' },
    ]);
  });

  it('has tools, reasoning and images in the form the conventions have for them', async () => {
    const { receiver, run, spans } = await setUp(env);
    const body = {
      model: 'work/claude',
      max_tokens: 10,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } },
            { type: 'image', source: { type: 'url', url: 'https://x/y.png' } },
          ],
        },
        { role: 'assistant', content: [{ type: 'tool_use', id: 't1', name: 'look', input: { at: 'it' } }] },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't1', content: 'a cat' }] },
      ],
    };
    const answer = {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model: 'claude',
      stop_reason: 'tool_use',
      content: [
        { type: 'thinking', thinking: 'Hm.', signature: 's' },
        { type: 'tool_use', id: 't2', name: 'pat', input: {} },
      ],
    };
    run({
      start: { dialect_in: 'anthropic_messages', dialect_out: 'anthropic_messages' },
      received: { url: '/v1/messages?beta=true', body: Buffer.from(JSON.stringify(body)) },
      answer: JSON.stringify(answer),
      type: 'application/json',
    });
    await spans.close();
    const attributes = receiver.spans[0]?.attributes;
    expect(content(attributes, 'gen_ai.input.messages')).toEqual([
      {
        role: 'user',
        parts: [
          { type: 'attachment', mime_type: 'image/png', base64_length: 4 },
          { type: 'uri', modality: 'image', mime_type: expect.any(String) as string, uri: 'https://x/y.png' },
        ],
      },
      { role: 'assistant', parts: [{ type: 'tool_call', id: 't1', name: 'look', arguments: { at: 'it' } }] },
      { role: 'tool', parts: [{ type: 'tool_call_response', id: 't1', response: 'a cat' }] },
    ]);
    expect(content(attributes, 'gen_ai.output.messages')).toEqual([
      {
        role: 'assistant',
        parts: [
          { type: 'reasoning', content: 'Hm.' },
          { type: 'tool_call', id: 't2', name: 'pat', arguments: {} },
        ],
        finish_reason: 'tool_call',
      },
    ]);
  });

  it.each(['', 'false', 'NO_CONTENT', 'EVENT_ONLY', '1'])(
    'stays here where the variable says %j',
    async mode => {
      const { receiver, run, spans } = await setUp({
        OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: mode,
      });
      run();
      await spans.close();
      expect(JSON.stringify(receiver.spans)).not.toMatch(/Be brief|Hello/);
    },
  );
});

describe('where spans go', () => {
  it.each([
    [{}, undefined],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: '' }, undefined],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318' }, 'http://c:4318/v1/traces'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318/otlp/' }, 'http://c:4318/otlp/v1/traces'],
    [
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c', OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://t/x' },
      'http://t/x',
    ],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c', OTEL_SDK_DISABLED: 'TRUE' }, undefined],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c', OTEL_TRACES_EXPORTER: 'none' }, undefined],
  ])('%j: %s', (env: Record<string, string>, url) => {
    expect(tracesEndpoint(env)).toBe(url);
  });

  it('nowhere, where nobody asked', async () => {
    const deps = { version: '1', typeOf: () => undefined, onProblem: () => undefined };
    expect(await openCallSpans({ ...deps, env: {} })).toBeUndefined();
  });

  it('is said to be wrong where it is no address', async () => {
    const problems: AppError[] = [];
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: 'localhost' };
    const spans = await openCallSpans({
      env,
      version: '1',
      typeOf: () => undefined,
      onProblem: error => problems.push(error),
    });
    expect([spans, problems[0]?.code]).toEqual([undefined, 'config_invalid']);
  });

  it('is said once to fail, and ends within seconds', async () => {
    const { receiver, run, spans, problems } = await setUp({}, 400);
    // More than go into one batch.
    for (let call = 0; call < 600; call += 1) run();
    const started = performance.now();
    await spans.close();
    expect(performance.now() - started).toBeLessThan(5000);
    // Each batch fails for itself.
    await waitFor(() => receiver.requests.length === 2);
    await sleep(100);
    expect(problems.map(({ code, message }) => [code, message])).toEqual([
      ['upstream_unreachable', expect.stringMatching(/^Spans cannot be sent to 127\.0\.0\.1:\d+; .*\.$/)],
    ]);
  });
});
