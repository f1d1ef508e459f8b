import { describe, expect, it } from 'vitest';

import { sendJson } from '../support/scripted-upstream.ts';
import { startAllDialects } from './start-all-dialects.ts';

const anthropicPath = '/v1/messages/count_tokens?beta=true';
const anthropicBody = (model: string) => ({
  model,
  system: 'Be brief.',
  messages: [{ role: 'user', content: 'How many tokens is this?' }],
  tools: [
    {
      name: 'look',
      description: 'Looks.',
      input_schema: { type: 'object', properties: { at: { type: 'string' } } },
    },
  ],
});
const geminiBody = { contents: [{ role: 'user', parts: [{ text: 'How many tokens is this?' }] }] };

describe('an upstream that counts', () => {
  it("gets an Anthropic tool's own body, and its answer goes back whole", async () => {
    const { ask, upstream, engine } = await startAllDialects((_request, response) =>
      sendJson(response, 200, { input_tokens: 321, context_management: { original_input_tokens: 400 } }),
    );
    const body = { ...anthropicBody('anthropic/claude-x'), context_management: { edits: [] } };
    const answer = await ask(anthropicPath, body);
    expect([answer.status, answer.json]).toEqual([
      200,
      { input_tokens: 321, context_management: { original_input_tokens: 400 } },
    ]);
    expect(answer.headers.get('parley-tokens')).toBeNull();
    expect(answer.headers.get('parley-backend')).toBe('anthropic');
    const [seen] = upstream.requests;
    expect([seen?.method, seen?.path]).toEqual(['POST', '/v1/messages/count_tokens']);
    expect(JSON.parse(seen?.body ?? '')).toEqual({ ...body, model: 'claude-x' });
    expect(engine.rows).toEqual([]);
  });

  it("gets a Gemini tool's own body with the model inside it renamed", async () => {
    const { ask, upstream } = await startAllDialects((_request, response) =>
      sendJson(response, 200, {
        totalTokens: 31,
        promptTokensDetails: [{ modality: 'TEXT', tokenCount: 31 }],
      }),
    );
    const inner = {
      model: 'models/gemini/g-1',
      ...geminiBody,
      systemInstruction: { parts: [{ text: 'Be brief.' }] },
    };
    const plain = await ask('/v1beta/models/gemini/g-1:countTokens', geminiBody);
    const nested = await ask('/v1/models/gemini%2Fg-1:countTokens', { generate_content_request: inner });
    expect([plain.json['totalTokens'], nested.json['totalTokens']]).toEqual([31, 31]);
    expect(plain.json['promptTokensDetails']).toEqual([{ modality: 'TEXT', tokenCount: 31 }]);
    expect(upstream.requests.map(({ path }) => path)).toEqual(
      Array(2).fill('/v1beta/models/g-1:countTokens'),
    );
    expect(JSON.parse(upstream.requests[0]?.body ?? '')).toEqual(geminiBody);
    expect(JSON.parse(upstream.requests[1]?.body ?? '')).toEqual({
      generateContentRequest: { ...inner, model: 'models/g-1' },
    });
  });

  it('is asked in its own words for a tool of another dialect', async () => {
    const { ask, upstream } = await startAllDialects((request, response) => {
      const answers: Record<string, unknown> = {
        '/v1beta/models/g-1:countTokens': { totalTokens: 11 },
        '/v1/responses/input_tokens': { object: 'response.input_tokens', input_tokens: 12 },
        '/v1/messages/count_tokens': { input_tokens: 13 },
      };
      sendJson(response, 200, answers[request.path]);
    });
    const body = (backend: string) => ({
      ...anthropicBody(`${backend}/g-1`),
      // Claude Code's own header in the system prompt is nobody else's business.
      system: [{ type: 'text', text: 'x-anthropic-billing-header: cc_version=1;\nBe brief.' }],
    });
    expect((await ask(anthropicPath, body('gemini'))).json).toEqual({ input_tokens: 11 });
    expect((await ask(anthropicPath, body('responses'))).json).toEqual({ input_tokens: 12 });
    expect((await ask('/v1beta/models/anthropic/c:countTokens', geminiBody)).json).toEqual({
      totalTokens: 13,
    });
    expect((await ask('/v1/responses/input_tokens', { model: 'gemini/g-1', input: 'Hi' })).json).toEqual({
      object: 'response.input_tokens',
      input_tokens: 11,
    });
    const bodies = upstream.requests.map(request => JSON.parse(request.body) as Record<string, unknown>);
    expect(bodies[0]).toMatchObject({
      generateContentRequest: {
        model: 'models/g-1',
        systemInstruction: { parts: [{ text: 'Be brief.' }] },
        tools: [{ functionDeclarations: [{ name: 'look' }] }],
      },
    });
    expect(Object.keys(bodies[1] ?? {}).toSorted()).toEqual(['input', 'instructions', 'model', 'tools']);
    // Anthropic refuses what only shapes the answer, max_tokens first of all.
    expect(bodies[2]).toEqual({
      model: 'c',
      messages: [{ role: 'user', content: expect.anything() as unknown }],
    });
  });

  it('is told of with its own words where the request is wrong or the key is', async () => {
    for (const status of [400, 401, 413]) {
      const { ask } = await startAllDialects((_request, response) =>
        sendJson(response, status, { type: 'error', error: { type: 'some_error', message: 'Not so.' } }),
      );
      const answer = await ask(anthropicPath, anthropicBody('anthropic/c'));
      expect([answer.status, answer.json]).toEqual([
        status,
        { type: 'error', error: { type: 'some_error', message: 'Not so.' } },
      ]);
    }
  });
});

describe('an estimate', () => {
  it.each(['openai', 'ollama', 'hooked'])(
    'answers for %s, which cannot count, and says so',
    async backend => {
      const { ask, upstream, engine } = await startAllDialects();
      const answer = await ask(anthropicPath, anthropicBody(`${backend}/m`));
      expect(Object.keys(answer.json)).toEqual(['input_tokens']);
      const tokens = answer.json['input_tokens'] as number;
      expect(tokens).toBeGreaterThan(30);
      expect(tokens).toBeLessThan(60);
      expect(answer.headers.get('parley-tokens')).toBe('estimated');
      expect([upstream.requests, engine.rows]).toEqual([[], []]);
    },
  );

  it('has the shape of the dialect that asked', async () => {
    const { ask } = await startAllDialects();
    const gemini = await ask('/v1beta/models/openai/m:countTokens', geminiBody);
    expect(gemini.json).toEqual({ totalTokens: expect.any(Number) as number });
    const responses = await ask('/v1/responses/input_tokens', { model: 'openai/m', input: 'Hi' });
    expect(responses.json).toEqual({
      object: 'response.input_tokens',
      input_tokens: expect.any(Number) as number,
    });
  });

  it.each([
    [404, 1],
    [405, 1],
    [429, 2],
    [500, 2],
    [503, 2],
  ])('takes the place of a count that fails with %i', async (status, asked) => {
    const { ask, upstream } = await startAllDialects((_request, response) =>
      sendJson(response, status, { error: { message: 'no' } }),
    );
    for (let count = 0; count < 2; count += 1) {
      const answer = await ask(anthropicPath, anthropicBody('anthropic/c'));
      expect([answer.status, answer.headers.get('parley-tokens')]).toEqual([200, 'estimated']);
    }
    // One that has no such address is not asked for it again.
    expect(upstream.requests).toHaveLength(asked);
  });

  it('takes the place of a count of a request that the upstream does not take from us', async () => {
    const { ask } = await startAllDialects((_request, response) =>
      sendJson(response, 400, { error: { message: 'Unknown parameter.' } }),
    );
    const answer = await ask(anthropicPath, anthropicBody('responses/m'));
    expect([answer.status, answer.headers.get('parley-tokens')]).toEqual([200, 'estimated']);
  });

  it("is made of the body's text where only its own vendor can read it", async () => {
    const { ask } = await startAllDialects((_request, response) => sendJson(response, 503, {}));
    const answer = await ask('/v1beta/models/gemini/g:countTokens', {
      ...geminiBody,
      cachedContent: 'cachedContents/1',
    });
    expect([answer.status, answer.headers.get('parley-tokens')]).toEqual([200, 'estimated']);
  });
});

describe('a request that cannot be counted', () => {
  it.each([
    [
      '/v1/messages/count_tokens',
      'not json',
      400,
      { type: 'error', error: { type: 'invalid_request_error' } },
    ],
    ['/v1/messages/count_tokens', { messages: [] }, 400, { type: 'error' }],
    ['/v1/messages/count_tokens', { model: 'openai/m', messages: 'x' }, 400, { type: 'error' }],
    [
      '/v1/messages/count_tokens',
      { model: 'nobody/m', messages: [] },
      404,
      { error: { type: 'not_found_error' } },
    ],
    ['/v1beta/models/openai/m:countTokens', '[]', 400, { error: { code: 400, status: 'INVALID_ARGUMENT' } }],
    ['/v1beta/models/openai/m:countTokens', {}, 400, { error: { status: 'INVALID_ARGUMENT' } }],
    ['/v1beta/models/nobody/m:countTokens', geminiBody, 404, { error: { status: 'NOT_FOUND' } }],
    ['/v1/responses/input_tokens', { input: 'x' }, 400, { error: { param: 'model' } }],
  ])('%s %j is refused in the envelope of its dialect', async (path, body, status, envelope) => {
    const { ask, engine } = await startAllDialects();
    const answer = await ask(path, body);
    expect([answer.status, answer.json]).toEqual([status, expect.objectContaining({}) as unknown]);
    expect(answer.json).toMatchObject(envelope);
    expect(engine.rows).toEqual([]);
  });

  it('needs the key', async () => {
    const { ask } = await startAllDialects();
    const answer = await ask(anthropicPath, anthropicBody('openai/m'), {
      headers: { authorization: 'Bearer no' },
    });
    expect([answer.status, answer.json]).toMatchObject([401, { error: { type: 'authentication_error' } }]);
  });
});
