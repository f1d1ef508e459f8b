import { describe, expect, it } from 'vitest';

import { sendJson } from '../support/scripted-upstream.ts';
import { startAllDialects } from './start-all-dialects.ts';

const body = (backend: string) => ({
  model: `${backend}/m`,
  max_tokens: 9,
  messages: [{ role: 'user', content: 'hi' }],
  context_management: { edits: [] },
});
const headers = {
  'anthropic-beta': 'context-management-2025-06-27,interleaved-thinking-2025-05-14',
  'anthropic-version': '2024-01-01',
  'x-stainless-os': 'Linux',
  cookie: 'a=b',
};
const scripts = {
  strict: `return { dialect = "anthropic_messages", base_url = config.url, auth_type = "none",
    headers = { ["anthropic-version"] = "2023-06-01", ["Anthropic-Beta"] = "files-api-2025-04-14" } }`,
  looked: `return { dialect = "anthropic_messages", base_url = config.url, auth_type = "none",
    modify_body = function(body) return body end }`,
};
const start = () =>
  startAllDialects((_request, response) => sendJson(response, 400, { error: { message: 'seen' } }), {
    scripts,
  });

describe("headers that say how an Anthropic tool's body is to be read", () => {
  it.each(['anthropic', 'looked'])('go along to %s, which speaks it, and no others do', async backend => {
    const { ask, upstream } = await start();
    await ask('/v1/messages', body(backend), { headers });
    expect(upstream.requests[0]?.headers).toMatchObject({
      'anthropic-beta': headers['anthropic-beta'],
      'anthropic-version': '2024-01-01',
    });
    expect(upstream.requests[0]?.body).toContain('context_management');
    const sent = Object.keys(upstream.requests[0]?.headers ?? {});
    expect(sent.filter(name => /stainless|cookie|authorization/.test(name))).toEqual([]);
  });

  it('go along with a request for a count', async () => {
    const { ask, upstream } = await start();
    await ask('/v1/messages/count_tokens', body('anthropic'), { headers });
    expect(upstream.requests[0]?.headers).toMatchObject({ 'anthropic-beta': headers['anthropic-beta'] });
  });

  it('are added to those of the provider', async () => {
    const { ask, upstream } = await start();
    await ask('/v1/messages', body('strict'), { headers });
    await ask('/v1/messages', body('strict'));
    expect(upstream.requests.map(request => request.headers['anthropic-beta'])).toEqual([
      `files-api-2025-04-14,${headers['anthropic-beta']}`,
      'files-api-2025-04-14',
    ]);
    expect(upstream.requests.map(request => request.headers['anthropic-version'])).toEqual([
      '2024-01-01',
      '2023-06-01',
    ]);
  });

  it.each(['openai', 'responses', 'gemini', 'ollama'])('do not go to %s', async backend => {
    const { ask, upstream } = await start();
    await ask('/v1/messages', body(backend), { headers });
    const sent = Object.keys(upstream.requests[0]?.headers ?? {});
    expect(sent.filter(name => name.startsWith('anthropic'))).toEqual([]);
  });

  it("do not come from tools of other vendors' formats", async () => {
    const { ask, upstream } = await start();
    await ask('/v1/chat/completions', body('anthropic'), { headers });
    expect(upstream.requests[0]?.headers['anthropic-beta']).toBeUndefined();
  });
});
