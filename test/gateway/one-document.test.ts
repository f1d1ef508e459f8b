import { describe, expect, it } from 'vitest';

import { startAllDialects } from './start-all-dialects.ts';

// Some upstreams answer with one document although a stream was asked for.

const messages = [{ role: 'user', content: 'Hi' }];
const asked: [string, string, object, object][] = [
  [
    'openai',
    '/v1/chat/completions',
    { messages },
    { choices: [{ index: 0, message: { role: 'assistant', content: 'Hello.' }, finish_reason: null }] },
  ],
  [
    'responses',
    '/v1/responses',
    { input: 'Hi' },
    { output: [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Hello.' }] }] },
  ],
  [
    'anthropic',
    '/v1/messages',
    { messages, max_tokens: 9 },
    { type: 'message', role: 'assistant', content: [{ type: 'text', text: 'Hello.' }], stop_reason: null },
  ],
  [
    'gemini',
    '/v1beta/models/gemini/m:streamGenerateContent?alt=sse',
    { contents: [{ role: 'user', parts: [{ text: 'Hi' }] }] },
    { candidates: [{ index: 0, content: { role: 'model', parts: [{ text: 'Hello.' }] } }] },
  ],
  ['ollama', '/api/chat', { messages }, { message: { role: 'assistant', content: 'Hello.' }, done: true }],
];

describe.each(asked)('%s', (backend, path, body, answer) => {
  const start = async (text: string, cut = false) => {
    const { ask, engine } = await startAllDialects((_request, response) => {
      const length = Buffer.byteLength(text) + (cut ? 10 : 0);
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': length });
      if (!cut) response.end(text);
      else response.write(text, () => response.destroy());
    });
    const answered = await ask(path, { model: `${backend}/m`, stream: true, ...body });
    return { ...answered, row: (await engine.waitForRows(1))[0] };
  };

  it('passes one that is whole, with a reason to finish or without', async () => {
    const { status, json, row } = await start(JSON.stringify(answer));
    expect([status, json, row?.status]).toEqual([200, answer, 'ok']);
  });

  it('gives an error in it its status', async () => {
    const { status, text, row } = await start('{"error":{"message":"Slow down","code":429}}');
    expect([status, row?.status]).toEqual([429, 'error']);
    expect(text).toContain('Slow down');
  });

  it.each([
    ['nothing', '{}', false],
    ['no JSON', '{"choices', false],
    ['half of it', '{"choices"', true],
  ])('tells an error where it holds %s', async (_what, text, cut) => {
    const { status, json, row } = await start(text, cut);
    expect([status, row?.status]).toEqual([502, 'error']);
    expect(json).toHaveProperty('error');
  });
});
