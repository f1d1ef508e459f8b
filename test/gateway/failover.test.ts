import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { sendJson, sendStream, startUpstream, textChunks } from '../support/scripted-upstream.ts';
import type { ScriptedUpstream } from '../support/scripted-upstream.ts';
import { createTestEngine } from '../support/test-engine.ts';
import type { TestEngine } from '../support/test-engine.ts';
import { startGateway } from './start-gateway.ts';
import type { Answer, Started } from './start-gateway.ts';

const script =
  'return { protocol = "openai_compat", base_url = config.url, completions_endpoint = "/v1/chat/completions" }';
const claude = 'return { dialect = "anthropic_messages", base_url = config.url, api_key = "k" }';

let first: ScriptedUpstream;
let second: ScriptedUpstream;
let test: TestEngine;
let gateway: Started;

beforeEach(async () => {
  [first, second] = [await startUpstream(), await startUpstream()];
  test = createTestEngine({ shipped: { plain: script, claude } });
  setAliases({ fast: ['one/m', 'two/m'] });
  gateway = await startGateway({ engine: test.engine });
});

afterEach(async () => {
  await gateway.gateway.close({ graceMs: 0 });
  await test.close();
  await Promise.all([first.close(), second.close()]);
});

function setAliases(aliases: Record<string, string[]>): void {
  test.setConfig({
    llm: {
      aliases,
      backends: [
        { name: 'one', type: 'plain', url: first.url },
        { name: 'two', type: 'plain', url: second.url },
        { name: 'claude', type: 'claude', url: second.url },
      ],
    },
  });
}

const ask = (model: string, more: Record<string, unknown> = {}): Promise<Answer> =>
  gateway.chat({ model, messages: [{ role: 'user', content: 'Hi' }], ...more });

const fail =
  (status: number, headers: Record<string, string> = {}): ScriptedUpstream['answer'] =>
  (_request, response) =>
    sendJson(response, status, { error: { message: 'No.' } }, headers);

describe('an answer', () => {
  it.each([true, false])('names who gave it, and how many were asked (streamed: %s)', async stream => {
    first.answer = fail(503);
    if (!stream) second.answer = whole;
    const answer = await ask('fast', { stream });
    expect([answer.status, answer.text]).toEqual([200, expect.stringContaining('Hello')]);
    expect(answer.headers).toMatchObject({
      'parley-backend': 'two',
      'parley-model': 'm',
      'parley-attempts': '4',
    });
    expect(await test.waitForRows(1)).toMatchObject([
      { id: answer.headers['x-request-id'], backend: 'two', model_asked: 'fast', attempts: 4 },
    ]);
  });

  it.each([true, false])(
    'may come from another dialect than the first that was asked (streamed: %s)',
    async stream => {
      setAliases({ fast: ['claude/opus', 'one/m'] });
      second.answer = fail(529);
      if (!stream) first.answer = whole;
      const answer = await ask('fast', { stream, reasoning_effort: 'low' });
      expect([answer.status, answer.headers['parley-backend']]).toEqual([200, 'one']);
      expect(second.requests[0]?.path).toBe('/v1/messages');
      expect(JSON.parse(first.requests[0]!.body)).toMatchObject({ model: 'm', reasoning_effort: 'low' });
    },
  );

  it('comes in our own words where the first that was asked passes bytes and the second speaks otherwise', async () => {
    setAliases({ fast: ['one/m', 'claude/opus'] });
    first.answer = fail(500);
    second.answer = (_request, response) =>
      sendJson(response, 200, {
        id: 'msg_1',
        type: 'message',
        role: 'assistant',
        model: 'opus-1',
        content: [{ type: 'text', text: 'Bonjour.' }],
        stop_reason: 'end_turn',
        usage: { input_tokens: 3, output_tokens: 2 },
      });
    const answer = await ask('fast', { made_up: 1, n: 1 });
    expect(answer.json).toMatchObject({
      object: 'chat.completion',
      model: 'opus-1',
      choices: [{ message: { content: 'Bonjour.' } }],
    });
    expect(answer.headers).toMatchObject({
      'parley-backend': 'claude',
      'parley-warnings': 'ignored: made_up',
    });
  });

  it('says what was left out of passed bytes, and not what another upstream would have left out', async () => {
    test.writeScript('picky', script.replace('{', '{ drop_body_fields = { "made_up" },'));
    const backends = [
      { name: 'picky', type: 'picky', url: first.url },
      { name: 'two', type: 'plain', url: second.url },
    ];
    test.setConfig({ llm: { backends, aliases: { fast: ['picky/m', 'two/m'] } } });
    [first.answer, second.answer] = [whole, whole];
    expect((await ask('fast', { made_up: 1 })).headers['parley-warnings']).toBe('ignored: made_up');
    expect(JSON.parse(first.requests[0]!.body)).not.toHaveProperty('made_up');
    first.answer = fail(404);
    const answer = await ask('fast', { made_up: 1 });
    expect([answer.headers['parley-backend'], answer.headers['parley-warnings']]).toEqual(['two', undefined]);
    expect(JSON.parse(second.requests[0]!.body)).toHaveProperty('made_up', 1);
  });

  it('says which models of its alias are not there', async () => {
    setAliases({ fast: ['gone/m', 'one/m'] });
    first.answer = whole;
    const answer = await ask('fast');
    expect([answer.status, answer.headers['parley-warnings']]).toEqual([
      200,
      'The alias fast names gone/m, but gone is no backend in parley.yaml.',
    ]);
    expect(test.logs).toContain(
      'fast warn The alias fast names gone/m, but gone is no backend in parley.yaml.',
    );
  });
});

describe('a failure', () => {
  it('of everybody has one status, one sentence and one row, and says who was asked last', async () => {
    first.answer = fail(429, { 'retry-after': '3600' });
    second.answer = fail(503);
    const answer = await ask('fast', { stream: true });
    expect([answer.status, answer.headers['content-type']]).toEqual([503, 'application/json']);
    expect(answer.headers).toMatchObject({
      'parley-backend': 'two',
      'parley-attempts': '4',
      'retry-after': '3600',
      'x-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(answer.text).toContain('Nobody answered for \\"fast\\": one/m: ');
    expect(await test.waitForRows(1)).toMatchObject([
      { id: answer.headers['x-request-id'], status: 'error', http_status: 503, attempts: 4 },
    ]);
  });

  it('of a backend that is left alone is a 503 that says when to come back', async () => {
    first.answer = fail(500);
    await ask('one/m');
    await ask('one/m');
    const answer = await ask('one/m');
    expect([answer.status, answer.headers['retry-after']]).toEqual([503, '5']);
    expect(answer.text).toContain('one has failed 5 times in a row');
    expect(first.requests).toHaveLength(5);
  });

  it.each([
    ['an unknown model', { model: 'nowhere/m' }, 404, { error_code: 'unknown_model', backend: 'nowhere' }],
    [
      'a request no dialect can read',
      { model: 'claude/opus', messages: 7 },
      400,
      { error_code: 'invalid_request', backend: 'claude' },
    ],
  ])('of %s is a row that bears the id of the answer', async (_what, body, status, row) => {
    const answer = await gateway.chat({ messages: [], ...body });
    expect(answer.status).toBe(status);
    expect(await test.waitForRows(1)).toMatchObject([
      {
        id: answer.headers['x-request-id'],
        client: 'my-tool',
        status: 'error',
        http_status: status,
        attempts: 0,
        ...row,
      },
    ]);
    const asked = [...first.requests, ...second.requests].filter(request => request.method === 'POST');
    expect(asked).toEqual([]);
  });
});

describe('an address not every upstream has', () => {
  const complete = (): Promise<Answer> =>
    gateway.ask('/v1/completions', {
      method: 'POST',
      headers: { authorization: 'Bearer pk-test-1' },
      body: JSON.stringify({ model: 'one/m', prompt: 'Once' }),
    });

  it('is asked in our own words where it is missing, and the next time at once', async () => {
    first.answer = (request, response) =>
      (request.path === '/v1/completions' ? fail(404) : whole)(request, response);
    for (const paths of [['/v1/completions', '/v1/chat/completions'], ['/v1/chat/completions']]) {
      first.requests.length = 0;
      const answer = await complete();
      expect(answer.json).toMatchObject({ object: 'text_completion', choices: [{ text: 'Hello' }] });
      expect(first.requests.map(request => request.path)).toEqual(paths);
    }
  });

  it('is not taken for missing where it is the model that is', async () => {
    first.answer = fail(404);
    expect((await complete()).status).toBe(404);
    first.requests.length = 0;
    await complete();
    expect(first.requests.map(request => request.path)).toEqual(['/v1/completions', '/v1/chat/completions']);
  });
});

const whole: ScriptedUpstream['answer'] = (request, response) => {
  if ((JSON.parse(request.body) as { stream?: boolean }).stream) sendStream(response, textChunks(['Hello']));
  else
    sendJson(response, 200, {
      model: 'scripted-1',
      choices: [{ index: 0, message: { role: 'assistant', content: 'Hello' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 5, completion_tokens: 1 },
    });
};
