import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

import { describe, expect, it, vi } from 'vitest';

import type { CallDetails, InspectedCall } from '../../electron/contract/inspector.ts';
import { sendJson, sendStream, textChunks } from '../support/scripted-upstream.ts';
import { makeDataDir, waitFor } from '../support/start-parley.ts';
import { startOtlpReceiver } from './metrics/otlp-receiver.ts';
import { backendKey, startWholeParley, statusOf } from './whole-parley.ts';
import type { WholeParley } from './whole-parley.ts';

vi.setConfig({ testTimeout: 60_000 });

async function makeKey(parley: WholeParley, name = 'tool'): Promise<string> {
  return (await parley.ask('gateway_keys.create', { name })).key;
}

/** The calls of the inspector, newest first, once there are so many that have ended. */
function endedCalls(parley: WholeParley, count: number): Promise<InspectedCall[]> {
  return waitFor(async () => {
    const calls = await parley.ask('inspector.list', {});
    return calls.filter(({ status }) => status !== 'running').length >= count ? calls : undefined;
  });
}

async function onlyCall(parley: WholeParley): Promise<CallDetails> {
  const [call] = await endedCalls(parley, 1);
  return parley.ask('inspector.get', { id: call?.id ?? '' });
}

describe('the inspector', () => {
  it('shows a call from the tool to the upstream and back, without any key', async () => {
    const parley = await startWholeParley();
    const key = await makeKey(parley);
    const answer = await parley.chat(key, { stream: true, made_up: 1 }, { 'x-session': `s ${key}` });
    await answer.text();
    const call = await onlyCall(parley);
    expect(call.id).toBe(answer.headers.get('x-request-id'));
    expect(call).toMatchObject({
      client: 'tool',
      backend: 'work',
      model_asked: 'work/small',
      model_answered: 'scripted-1',
      status: 'ok',
      path: '/v1/chat/completions',
      input_tokens: 7,
      output_tokens: 3,
      attempts: 1,
      received: { method: 'POST', url: '/v1/chat/completions' },
    });
    expect(call.received?.headers).toContainEqual(['authorization', 'Bearer [redacted]']);
    expect(call.received?.headers).toContainEqual(['x-session', 's [redacted]']);
    expect(JSON.parse(call.received?.body?.text ?? '')).toMatchObject({ model: 'work/small', made_up: 1 });
    const [exchange] = call.exchanges;
    expect(call.exchanges).toHaveLength(1);
    expect(exchange).toMatchObject({ number: 1, backend: 'work', model: 'small', status: 200, error: null });
    expect(exchange?.request.url).toBe(`${parley.upstream.url}/v1/chat/completions`);
    expect(exchange?.request.headers).toContainEqual(['authorization', 'Bearer [redacted]']);
    expect(exchange?.request.body?.text).toBe(parley.upstream.requests.at(-1)?.body);
    expect(exchange?.body?.text).toContain('"content":"Hello"');
    expect(call.attempt_list).toMatchObject([
      { number: 1, backend: 'work', http_status: 200, error_code: null },
    ]);
    const moments = [
      0,
      call.timings.routed_ms,
      exchange?.sent_ms,
      exchange?.connected_ms,
      exchange?.head_ms,
      exchange?.first_byte_ms,
      exchange?.end_ms,
      call.timings.end_ms,
    ];
    expect(moments).toEqual(moments.toSorted((one, other) => Number(one) - Number(other)));
    for (const secret of [key, backendKey]) expect(JSON.stringify(call)).not.toContain(secret);
    await waitFor(() =>
      parley.events.some(
        ({ name, payload }) => name === 'inspector.changed' && JSON.stringify(payload).includes(call.id),
      ),
    );
  });

  it('shows what failed before it worked, and what was refused', async () => {
    const parley = await startWholeParley();
    const key = await makeKey(parley);
    const { upstream } = parley;
    upstream.answer = (_request, response) => {
      upstream.answer = (_again, good) => sendStream(good, textChunks(['Hello.']));
      sendJson(response, 500, { error: { message: `it was not ${backendKey}` } });
    };
    expect(await statusOf(parley.chat(key, { stream: true }))).toBe(200);
    const call = await onlyCall(parley);
    expect(call.exchanges.map(({ number, status }) => [number, status])).toEqual([
      [1, 500],
      [2, 200],
    ]);
    expect(call.exchanges[0]?.body?.text).toBe('{"error":{"message":"it was not [redacted]"}}');
    expect(call.attempt_list.map(({ error_code: code }) => code)).toEqual(['http_error', null]);
    const limited = await parley.ask('gateway_keys.create', { name: 'limited', allowed_models: ['nothing'] });
    expect(await statusOf(parley.chat(limited.key))).toBe(403);
    const [refused] = await parley.ask('inspector.list', { client: 'limited' });
    expect(refused).toMatchObject({
      status: 'error',
      error_code: 'model_not_allowed',
      http_status: 403,
      attempts: 0,
    });
    const details = await parley.ask('inspector.get', { id: refused?.id ?? '' });
    expect([details.exchanges, details.received?.method]).toEqual([[], 'POST']);
    const found = await parley.ask('inspector.list', { status: 'error', backend: 'work' });
    expect(found.map(({ id }) => id)).toEqual([refused?.id]);
  });

  it('shows vectors asked for, and counts of tokens, which are no calls of the ledger', async () => {
    const parley = await startWholeParley();
    const key = await makeKey(parley);
    const { upstream } = parley;
    upstream.answer = (_request, response) =>
      sendJson(response, 200, {
        object: 'list',
        model: 'scripted-1',
        data: [{ object: 'embedding', index: 0, embedding: [0.5] }],
        usage: { prompt_tokens: 2, total_tokens: 2 },
      });
    const post = (path: string, body: object): Promise<number> =>
      statusOf(
        fetch(parley.url + path, {
          method: 'POST',
          headers: { authorization: `Bearer ${key}` },
          body: JSON.stringify(body),
        }),
      );
    expect(await post('/v1/embeddings', { model: 'work/small', input: 'Hi' })).toBe(200);
    const messages = [{ role: 'user', content: 'Hi there' }];
    expect(await post('/v1/messages/count_tokens', { model: 'work/small', messages })).toBe(200);
    expect(await post('/v1/messages/count_tokens', { model: 'nobody/small', messages })).toBe(404);
    const calls = await endedCalls(parley, 3);
    expect(calls.map(({ path, is_count, backend, status }) => [path, is_count, backend, status])).toEqual([
      ['/v1/messages/count_tokens', true, '', 'error'],
      ['/v1/messages/count_tokens', true, 'work', 'ok'],
      ['/v1/embeddings', false, 'work', 'ok'],
    ]);
    expect(calls[1]).toMatchObject({ tokens_origin: 'estimated', cost_usd: null });
    const embedded = await parley.ask('inspector.get', { id: calls[2]?.id ?? '' });
    expect(embedded.exchanges).toMatchObject([{ backend: 'work', status: 200 }]);
    expect(embedded.exchanges[0]?.body?.text).toContain('0.5');
    expect(parley.core.store.calls.list({ limit: 10 }).calls.map(({ id }) => id)).toEqual([calls[2]?.id]);
  });

  it('shows what goes through our own words as it was sent, with what was left out', async () => {
    const parley = await startWholeParley();
    const key = await makeKey(parley);
    const body = JSON.stringify({
      model: 'fast',
      max_tokens: 9,
      stream: true,
      made_up: 3,
      messages: [{ role: 'user', content: 'Hi' }],
    });
    const answer = await fetch(`${parley.url}/v1/messages?beta=true`, {
      method: 'POST',
      headers: { 'x-api-key': key, 'anthropic-version': '2023-06-01' },
      body,
    });
    await answer.text();
    const call = await onlyCall(parley);
    expect(call).toMatchObject({
      dialect_in: 'anthropic_messages',
      dialect_out: 'openai_completions',
      model_asked: 'fast',
      path: '/v1/messages',
    });
    expect(call.status).toBe('ok');
    expect(call.warnings).toEqual(['ignored: made_up']);
    expect(JSON.parse(call.exchanges[0]?.request.body?.text ?? '')).toMatchObject({ model: 'small' });
  });

  it('shows the calls of the chat as well, which no tool has sent', async () => {
    const parley = await startWholeParley();
    const chat = await parley.ask('chats.create', { model: 'work/small' });
    await parley.ask('messages.send', { chat_id: chat.id, parent_id: null, model: 'work/small', text: 'Hi' });
    const call = await onlyCall(parley);
    expect(call).toMatchObject({ client: 'chat', received: null, path: null, exchanges: [{ status: 200 }] });
    await expect(parley.ask('inspector.replay', { id: call.id })).rejects.toMatchObject({
      code: 'not_found',
    });
    await expect(parley.ask('inspector.curl', { id: call.id })).rejects.toMatchObject({ code: 'not_found' });
    const { command } = await parley.ask('inspector.curl', { id: call.id, side: 'sent' });
    expect(command).toContain('-H "authorization: Bearer $API_KEY"');
    await expect(parley.ask('inspector.get', { id: 'none' })).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('sending a request again', () => {
  it('goes through the same door as the same client, and is a call of its own', async () => {
    const parley = await startWholeParley();
    const key = await makeKey(parley);
    const first = await parley.chat(key, { stream: true, seed: 7 });
    await first.text();
    const id = first.headers.get('x-request-id') ?? '';
    const replayed = await parley.ask('inspector.replay', { id });
    expect(replayed.id).not.toBe(id);
    const calls = await endedCalls(parley, 2);
    expect(calls.map(call => [call.id, call.replay_of, call.client, call.status])).toEqual([
      [replayed.id, id, 'tool', 'ok'],
      [id, null, 'tool', 'ok'],
    ]);
    const [one, other] = parley.upstream.requests.filter(({ method }) => method === 'POST');
    expect(other?.body).toBe(one?.body);
    const ledger = await parley.ask('calls.list', {});
    expect(ledger.calls.map(call => call.id)).toContain(replayed.id);
    const { command } = await parley.ask('inspector.curl', { id: replayed.id });
    expect(command).not.toContain('parley-replay');
  });

  it('is refused as the tool would be now', async () => {
    const parley = await startWholeParley();
    const answer = await parley.chat(await makeKey(parley));
    await answer.text();
    const [key] = await parley.ask('gateway_keys.list', {});
    await parley.ask('gateway_keys.revoke', { id: key?.id ?? '' });
    const replay = parley.ask('inspector.replay', { id: answer.headers.get('x-request-id') ?? '' });
    await expect(replay).rejects.toThrow(
      /^The gateway did not take it \(401\): This gateway key is unknown or was revoked/,
    );
  });
});

describe('bodies on the disk', () => {
  it('are kept where that is switched on, over a restart and without keys', async () => {
    const dataDir = makeDataDir();
    const gateway = '{ port: 0, inspector: { keep_bodies: true } }';
    const first = await startWholeParley({ dataDir, gateway });
    const key = await makeKey(first);
    const answer = await first.chat(key, { stream: true, note: `keys: ${key} ${backendKey}` });
    await answer.text();
    const before = await onlyCall(first);
    await first.close();
    const second = await startWholeParley({ dataDir, gateway });
    expect(await second.ask('inspector.list', {})).toEqual([]);
    expect(await second.ask('inspector.get', { id: before.id })).toEqual({ ...before, is_kept: true });
    await expect(second.ask('inspector.replay', { id: before.id })).rejects.toMatchObject({
      code: 'not_found',
    });
    const { command } = await second.ask('inspector.curl', { id: before.id });
    expect(command).toContain('"content":"Hi"');
    await second.close();
    const names = readdirSync(join(dataDir, 'inspector'), { recursive: true, encoding: 'utf8' });
    const files = names.filter(name => name.endsWith('.json.gz'));
    expect(files).toHaveLength(1);
    const text = gunzipSync(readFileSync(join(dataDir, 'inspector', files[0] ?? ''))).toString();
    for (const secret of [key, backendKey]) expect(text).not.toContain(secret);
  });

  it('are not, where nobody asked for it', async () => {
    const parley = await startWholeParley();
    await statusOf(parley.chat(await makeKey(parley)));
    await endedCalls(parley, 1);
    await parley.close();
    expect(readdirSync(parley.dataDir)).not.toContain('inspector');
  });
});

describe('GET /metrics', () => {
  it('needs a key, and counts the calls of all clients', async () => {
    const parley = await startWholeParley();
    const key = await makeKey(parley);
    await parley.ask('models.list', {});
    await statusOf(parley.chat(key, { stream: true }));
    await statusOf(parley.chat(key, { model: 'nowhere/x' }));
    await endedCalls(parley, 2);
    const closed = await fetch(`${parley.url}/metrics`);
    expect([closed.status, closed.headers.get('content-type')]).toEqual([401, 'application/json']);
    const answer = await fetch(`${parley.url}/metrics`, { headers: { authorization: `Bearer ${key}` } });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      200,
      'text/plain; version=0.0.4; charset=utf-8',
    ]);
    const text = await answer.text();
    for (const line of [
      'parley_calls_total{client="tool",backend="work",model="small",dialect="openai_completions",status="ok"} 1',
      'parley_calls_total{client="tool",backend="none",model="none",dialect="openai_completions",status="error"} 1',
      'parley_tokens_total{client="tool",backend="work",model="small",kind="input"} 7',
      'parley_attempts_total{backend="work",code="ok"} 1',
      'parley_backend_circuit{backend="work",state="closed"} 1',
      'parley_first_token_seconds_count{backend="work",model="small"} 1',
    ]) {
      expect(text).toContain(`\n${line}\n`);
    }
    expect(text).not.toContain('nowhere');
  });
});

describe('OpenTelemetry', () => {
  it('gets a span for every call of the gateway and of the chat, in the trace of the tool', async () => {
    const receiver = await startOtlpReceiver();
    const parley = await startWholeParley({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url } });
    const trace = '0af7651916cd43dd8448eb211c80319c';
    await statusOf(
      parley.chat(
        await makeKey(parley),
        { stream: true, temperature: 0 },
        { traceparent: `00-${trace}-b7ad6b7169203331-01` },
      ),
    );
    const chat = await parley.ask('chats.create', { model: 'other/small' });
    await parley.ask('messages.send', {
      chat_id: chat.id,
      parent_id: null,
      model: 'other/small',
      text: 'Hi',
    });
    await endedCalls(parley, 2);
    await parley.close();
    const spans = receiver.spans.toSorted((one, other) => one.start_ms - other.start_ms);
    expect(
      spans.map(({ name, attributes }) => [name, attributes['parley.client'], attributes['parley.backend']]),
    ).toEqual([
      ['chat small', 'tool', 'work'],
      ['chat small', 'chat', 'other'],
    ]);
    expect(spans[0]).toMatchObject({
      trace_id: trace,
      parent_id: 'b7ad6b7169203331',
      attributes: {
        'gen_ai.provider.name': 'plain',
        'gen_ai.request.model': 'small',
        'gen_ai.request.temperature': 0,
        'gen_ai.response.model': 'scripted-1',
        'gen_ai.response.finish_reasons': ['stop'],
        'gen_ai.usage.input_tokens': 7,
        'server.address': '127.0.0.1',
        'server.port': Number(new URL(parley.upstream.url).port),
      },
    });
    expect(spans[1]?.trace_id).not.toBe(trace);
    expect(JSON.stringify(receiver.spans)).not.toContain('Hello');
  });
});
