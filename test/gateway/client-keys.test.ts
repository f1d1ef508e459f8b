import { setTimeout as sleep } from 'node:timers/promises';

import { beforeEach, describe, expect, it, vi } from 'vitest';

import type { KeyLimits } from '../../electron/contract/keys.ts';
import { sendJson, sendStream, textChunks } from '../support/scripted-upstream.ts';
import type { ScriptedUpstream } from '../support/scripted-upstream.ts';
import { makeDataDir, waitFor } from '../support/start-parley.ts';
import { startWholeParley, statusOf } from './whole-parley.ts';
import type { WholeParley } from './whole-parley.ts';

vi.setConfig({ testTimeout: 60_000 });

/** Ten tokens, 0.013 USD at the test's prices. */
const answerWhole: ScriptedUpstream['answer'] = (request, response) => {
  if (request.method === 'GET') return sendJson(response, 200, { data: [] });
  return sendJson(response, 200, {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model: 'scripted-1',
    choices: [{ index: 0, message: { role: 'assistant', content: 'Hello.' }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 },
  });
};

type Refusal = {
  status: number;
  retry: string | null;
  again: string | null;
  error: { message: string; code: string; type: string };
};

async function refusal(response: Promise<Response>): Promise<Refusal> {
  const answer = await response;
  const { error } = (await answer.json()) as { error: Refusal['error'] };
  const { headers } = answer;
  return {
    status: answer.status,
    retry: headers.get('retry-after'),
    again: headers.get('x-should-retry'),
    error,
  };
}

describe('a key', () => {
  let parley: WholeParley;
  const makeKey = async (name: string, limits: Partial<KeyLimits> = {}): Promise<string> =>
    (await parley.ask('gateway_keys.create', { name, ...limits })).key;

  beforeEach(async () => {
    parley = await startWholeParley({ aliases: '{ fast: [work/small], mixed: [other/small, work/small] }' });
    parley.upstream.answer = answerWhole;
  });

  it('may use its models under any name they have, and sees no others', async () => {
    const key = await makeKey('tool', { allowed_models: ['work/*', 'fast'] });
    for (const model of ['work/small', 'fast', 'work/unpriced'])
      expect(await statusOf(parley.chat(key, { model }))).toBe(200);
    const { status, error } = await refusal(parley.chat(key, { model: 'other/small' }));
    expect([status, error.code, error.type]).toEqual([403, 'model_not_allowed', 'permission_error']);
    expect(error.message).toMatch(
      /^The gateway key tool may not use "other\/small", only work\/\*, fast; .*\.$/,
    );
    const list = async (path: string): Promise<string> => {
      const answer = await fetch(`${parley.url}${path}`, { headers: { authorization: `Bearer ${key}` } });
      return `${String(answer.status)} ${await answer.text()}`;
    };
    for (const path of ['/v1/models', '/v1beta/models', '/api/tags']) {
      const text = await list(path);
      expect(text).toContain('work/small');
      expect(text).not.toContain('other/');
    }
    expect(await list('/v1/models/work/small')).toMatch(/^200/);
    expect(await list('/v1/models/other/small')).toMatch(/^404.*model_not_found/);
  });

  it('goes to those targets of an alias that it may use', async () => {
    const seen: string[] = [];
    parley.upstream.answer = (request, response) => {
      seen.push(request.body);
      void answerWhole(request, response);
    };
    const answer = await parley.chat(await makeKey('tool', { allowed_models: ['work/*'] }), {
      model: 'mixed',
    });
    expect([answer.status, answer.headers.get('parley-backend')]).toEqual([200, 'work']);
    const free = await parley.chat(await makeKey('free', { allowed_models: ['mixed'] }), { model: 'mixed' });
    expect([free.status, free.headers.get('parley-backend')]).toEqual([200, 'other']);
  });

  it('is refused in the words of each dialect, and the refusals stand in the ledger', async () => {
    const key = await makeKey('tool', { allowed_models: ['work/*'] });
    const asks: [path: string, body: Record<string, unknown>][] = [
      ['/v1/messages', { model: 'other/small', max_tokens: 5, messages: [{ role: 'user', content: 'Hi' }] }],
      [
        '/v1beta/models/other%2Fsmall:generateContent',
        { contents: [{ role: 'user', parts: [{ text: 'Hi' }] }] },
      ],
      ['/api/chat', { model: 'other/small', messages: [{ role: 'user', content: 'Hi' }] }],
      ['/v1/responses', { model: 'other/small', input: 'Hi' }],
      ['/v1/embeddings', { model: 'other/small', input: 'Hi' }],
    ];
    const answers: unknown[] = [];
    for (const [path, body] of asks) {
      const headers = { 'x-api-key': key, 'content-type': 'application/json' };
      const answer = await fetch(parley.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
      answers.push([path, answer.status, await answer.json()]);
    }
    const message = expect.stringContaining('may not use "other/small"') as string;
    expect(answers).toEqual([
      [
        '/v1/messages',
        403,
        expect.objectContaining({ type: 'error', error: { type: 'permission_error', message } }),
      ],
      [
        asks[1]?.[0],
        403,
        { error: expect.objectContaining({ code: 403, status: 'PERMISSION_DENIED', message }) as unknown },
      ],
      ['/api/chat', 403, { error: message }],
      [
        '/v1/responses',
        403,
        { error: expect.objectContaining({ code: 'model_not_allowed', message }) as unknown },
      ],
      [
        '/v1/embeddings',
        403,
        { error: expect.objectContaining({ code: 'model_not_allowed', message }) as unknown },
      ],
    ]);
    const { calls } = await parley.ask('calls.list', {});
    expect(
      calls.map(({ client, backend, status, error_code: code, http_status: http, attempts }) => [
        client,
        backend,
        status,
        code,
        http,
        attempts,
      ]),
    ).toEqual(asks.map(() => ['tool', 'other', 'error', 'model_not_allowed', 403, 0]));
    expect(parley.upstream.requests).toEqual([]);
  });

  it('may make so many calls a minute, and is told when there is room again', async () => {
    const key = await makeKey('tool', { requests_per_minute: 2 });
    expect([await statusOf(parley.chat(key)), await statusOf(parley.chat(key))]).toEqual([200, 200]);
    const { status, retry, again, error } = await refusal(parley.chat(key));
    expect([status, error.code, again]).toEqual([429, 'rate_limit_exceeded', null]);
    expect(Number(retry)).toBeGreaterThan(50);
    expect(Number(retry)).toBeLessThanOrEqual(60);
    // Lists and counts are no calls.
    const lists = await fetch(`${parley.url}/v1/models`, { headers: { authorization: `Bearer ${key}` } });
    expect(lists.status).toBe(200);
    expect(await statusOf(parley.chat(await makeKey('other')))).toBe(200);
  });

  it('is held to its budget in money, and unknown prices do not count', async () => {
    const key = await makeKey('tool', { budget: { amount: 0.026, unit: 'usd', period: 'month' } });
    await parley.ask('models.list', {});
    const used = async (): Promise<number | undefined> =>
      (await parley.ask('gateway_keys.list', {})).find(({ name }) => name === 'tool')?.usage.calls;
    expect(await statusOf(parley.chat(key, { model: 'work/unpriced' }))).toBe(200);
    expect(await statusOf(parley.chat(key))).toBe(200);
    await waitFor(async () => (await used()) === 2);
    expect(await statusOf(parley.chat(key))).toBe(200);
    await waitFor(async () => (await used()) === 3);
    const { status, retry, again, error } = await refusal(parley.chat(key));
    expect([status, error.code, again]).toEqual([429, 'insufficient_quota', 'false']);
    expect(error.message).toMatch(/has spent its budget of 0\.026 USD for this month/);
    const now = new Date();
    const left = (new Date(now.getFullYear(), now.getMonth() + 1, 1).getTime() - now.getTime()) / 1000;
    expect(Math.abs(Number(retry) - left)).toBeLessThan(30);
    const [listed] = await parley.ask('gateway_keys.list', {});
    expect(listed?.usage).toMatchObject({
      cost_usd: 0.026,
      tokens: 30,
      unpriced_calls: 1,
      uncounted_calls: 0,
    });
  });

  it('is let in again at once when its budget is raised, also from another process', async () => {
    const key = await makeKey('tool', { budget: { amount: 10, unit: 'tokens', period: 'day' } });
    expect(await statusOf(parley.chat(key))).toBe(200);
    await waitFor(async () => (await statusOf(parley.chat(key))) === 429);
    const [tool] = await parley.ask('gateway_keys.list', {});
    await parley.ask('gateway_keys.edit', { id: tool?.id ?? '', budget: null });
    expect(await statusOf(parley.chat(key))).toBe(200);
    expect(parley.events.map(({ name }) => name)).toContain('gateway_keys.changed');
  });

  it('counts streams, whose end comes after the answer began', async () => {
    parley.upstream.answer = (_request, response) => sendStream(response, textChunks(['Hel', 'lo.']));
    const key = await makeKey('tool', { budget: { amount: 10, unit: 'tokens', period: 'day' } });
    expect(await statusOf(parley.chat(key, { stream: true }))).toBe(200);
    await waitFor(
      async () => (await refusal(parley.chat(key, { stream: true }))).error.code === 'insufficient_quota',
    );
  });

  it('cannot spend its last cent with many calls at once', async () => {
    const key = await makeKey('tool', { budget: { amount: 30, unit: 'tokens', period: 'day' } });
    expect(await statusOf(parley.chat(key))).toBe(200);
    await waitFor(async () => (await parley.ask('gateway_keys.list', {}))[0]?.usage.tokens === 10);
    const statuses = await Promise.all(Array.from({ length: 12 }, () => statusOf(parley.chat(key))));
    expect(statuses.filter(status => status === 200)).toHaveLength(2);
    expect(statuses.filter(status => status === 429)).toHaveLength(10);
  });

  it('that has expired is refused, and says so', async () => {
    const soon = new Date(Date.now() + 1500).toISOString();
    const key = await makeKey('tool', { expires_at: soon });
    expect(await statusOf(parley.chat(key))).toBe(200);
    await waitFor(async () => (await statusOf(parley.chat(key))) === 401);
    const { error } = await refusal(parley.chat(key));
    expect(error.message).toBe(
      `The gateway key tool expired at ${soon}; extend it with \`parley keys edit tool --expires DATE\`.`,
    );
  });

  it('decides alone where a call goes: fields that would redirect it are never followed', async () => {
    const key = await makeKey('tool', { allowed_models: ['work/*'] });
    const elsewhere = {
      api_base: 'http://127.0.0.1:9',
      base_url: 'http://127.0.0.1:9',
      api_key: 'stolen',
      custom_llm_provider: 'other',
    };
    expect(await statusOf(parley.chat(key, elsewhere))).toBe(200);
    expect(parley.upstream.requests.at(-1)?.headers.authorization).toBe(
      'Bearer sk-the-backends-own-key-0123',
    );
  });
});

it('a budget and what was used of it survive a restart', async () => {
  const dataDir = makeDataDir();
  const first = await startWholeParley({ dataDir });
  first.upstream.answer = answerWhole;
  const { key } = await first.ask('gateway_keys.create', {
    name: 'tool',
    budget: { amount: 10, unit: 'tokens', period: 'month' },
  });
  expect(await statusOf(first.chat(key))).toBe(200);
  await first.close();
  const second = await startWholeParley({ dataDir });
  expect((await refusal(second.chat(key))).error.code).toBe('insufficient_quota');
  await second.close();
});

it('two gateways on one data directory spend one budget', async () => {
  const dataDir = makeDataDir();
  const first = await startWholeParley({ dataDir });
  const { key } = await first.ask('gateway_keys.create', {
    name: 'tool',
    budget: { amount: 20, unit: 'tokens', period: 'month' },
  });
  const second = await startWholeParley({ dataDir });
  for (const each of [first, second]) each.upstream.answer = answerWhole;
  expect([await statusOf(first.chat(key)), await statusOf(second.chat(key))]).toEqual([200, 200]);
  // Batches of the ledger are written every 100 ms.
  await sleep(400);
  expect([await statusOf(first.chat(key)), await statusOf(second.chat(key))]).toEqual([429, 429]);
  await second.close();
  await first.close();
});
