import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { dialects } from '../../electron/dialects/registry.ts';
import { createGateway } from '../../electron/gateway/create-gateway.ts';
import type { Gateway } from '../../electron/gateway/create-gateway.ts';
import { configSchema } from '../../electron/contract/config.ts';
import { startUpstream } from '../support/scripted-upstream.ts';
import type { ScriptedUpstream } from '../support/scripted-upstream.ts';
import { createTestEngine } from '../support/test-engine.ts';
import type { TestEngine } from '../support/test-engine.ts';

let upstream: ScriptedUpstream;
let test: TestEngine;
let gateway: Gateway;
let url = '';

beforeEach(async () => {
  upstream = await startUpstream();
  test = createTestEngine({
    config: { llm: { backends: [{ name: 'work', type: 'plain', url: upstream.url }] } },
    shipped: {
      plain:
        'return { protocol = "openai_compat", base_url = config.url, completions_endpoint = "/v1/chat/completions" }',
    },
  });
  gateway = createGateway({
    engine: test.engine,
    dialects,
    verifyKey: key => (key === 'k' ? { id: '1', name: 'tool' } : undefined),
    config: () => configSchema.parse({}).gateway,
    version: '0',
  });
  ({ url } = await gateway.listen(0));
});

afterEach(async () => {
  await gateway.close();
  await test.close();
  await upstream.close();
});

function ask(body: Record<string, unknown>): Promise<Response> {
  return fetch(`${url}/v1/messages`, {
    method: 'POST',
    headers: { 'x-api-key': 'k', 'content-type': 'application/json', 'anthropic-version': '2023-06-01' },
    body: JSON.stringify({
      model: 'work/m',
      max_tokens: 100,
      messages: [{ role: 'user', content: 'Hi' }],
      ...body,
    }),
  });
}

describe('a tool that speaks Anthropic to a backend that speaks OpenAI', () => {
  it('gets a stream of its own kind, and one row in the ledger', async () => {
    const response = await ask({ stream: true });
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    expect(response.headers.get('parley-backend')).toBe('work');
    const text = await response.text();
    const events = [...text.matchAll(/^event: (.+)$/gm)].map(match => match[1]);
    expect(events[0]).toBe('message_start');
    expect(events.at(-1)).toBe('message_stop');
    expect(text).toContain('"text":"Hello"');
    expect((await test.waitForRows(1))[0]).toMatchObject({
      client: 'tool',
      dialect_in: 'anthropic_messages',
      dialect_out: 'openai_completions',
      status: 'ok',
      input_tokens: 7,
    });
  });

  it('has fields of its own left out, and is told which', async () => {
    const response = await ask({
      system: [{ type: 'text', text: 'x-anthropic-billing-header: cc_version=1; cch=12345;\nBe brief.' }],
      context_management: { edits: [{ type: 'clear_tool_uses_20250919' }] },
      stream: true,
    });
    await response.text();
    expect(response.headers.get('parley-warnings')).toBe('ignored: context_management');
    const sent = JSON.parse(upstream.requests[0]!.body) as Record<string, unknown>;
    expect(sent).not.toHaveProperty('context_management');
    expect(sent.messages).toEqual([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Hi' },
    ]);
  });

  it('gets errors in its own envelope with the real status', async () => {
    upstream.answer = (_request, response) => {
      response.writeHead(429, { 'content-type': 'application/json', 'retry-after': '3' });
      response.end('{"error":{"message":"Slow down"}}');
    };
    const response = await ask({});
    expect(response.status).toBe(429);
    expect(response.headers.get('retry-after')).toBe('3');
    expect(await response.json()).toMatchObject({ type: 'error', error: { type: 'rate_limit_error' } });
  });
});

describe('a tool that speaks Gemini', () => {
  it.each([
    ['x-goog-api-key', '', { 'x-goog-api-key': 'k' }],
    ['the key in the address', '&key=k', {}],
  ])('names the model in the address and shows its key as %s', async (_how, query, headers) => {
    const response = await fetch(`${url}/v1beta/models/work%2Fm:streamGenerateContent?alt=sse${query}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers } as Record<string, string>,
      body: JSON.stringify({ contents: [{ role: 'user', parts: [{ text: 'Hi' }] }] }),
    });
    const text = await response.text();
    expect(response.status).toBe(200);
    expect(text).toContain('"finishReason":"STOP"');
    expect(JSON.parse(upstream.requests[0]!.body)).toMatchObject({ model: 'm', stream: true });
  });

  it('without a key is refused in its own envelope', async () => {
    const response = await fetch(`${url}/v1beta/models/work/m:generateContent`, {
      method: 'POST',
      body: '{}',
    });
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ error: { code: 401, status: 'UNAUTHENTICATED' } });
  });
});

describe('a tool that speaks Ollama or Responses', () => {
  it('is answered in lines of JSON', async () => {
    const response = await fetch(`${url}/api/chat`, {
      method: 'POST',
      headers: { authorization: 'Bearer k' },
      body: JSON.stringify({ model: 'work/m', messages: [{ role: 'user', content: 'Hi' }] }),
    });
    const lines = (await response.text())
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as Record<string, unknown>);
    expect(lines.at(-1)).toMatchObject({ done: true, done_reason: 'stop' });
  });

  it('is answered in events of the Responses API', async () => {
    const response = await fetch(`${url}/v1/responses`, {
      method: 'POST',
      headers: { authorization: 'Bearer k' },
      body: JSON.stringify({ model: 'work/m', input: 'Hi', stream: true }),
    });
    const events = [...(await response.text()).matchAll(/^event: (.+)$/gm)].map(match => match[1]);
    expect(events[0]).toBe('response.created');
    expect(events.at(-1)).toBe('response.completed');
  });
});
