import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

import OpenAI from 'openai';
import { afterEach, describe, expect, test } from 'vitest';

import { answer } from '../../electron/demo/eliza.ts';
import { startEliza, type ElizaServer } from '../../electron/demo/eliza-server.ts';
import { elizaStory } from '../../electron/demo/eliza-story.ts';

const running: ElizaServer[] = [];

async function start(paceMs?: number): Promise<{ eliza: ElizaServer; client: OpenAI }> {
  const eliza = await startEliza(paceMs === undefined ? {} : { paceMs });
  running.push(eliza);
  return { eliza, client: new OpenAI({ apiKey: 'none', baseURL: `${eliza.url}/v1`, maxRetries: 0 }) };
}

afterEach(async () => {
  await Promise.all(running.splice(0).map(eliza => eliza.close()));
});

const ask = (content: string) => ({ model: 'eliza', messages: [{ role: 'user' as const, content }] });

/** Open streams, as the server itself counts them. */
async function countStreams(url: string): Promise<number> {
  const health = (await (await fetch(`${url}/health`)).json()) as { streams: number }; // our own server's shape
  return health.streams;
}

/** The number of open streams once it is what it should be, or the last one seen after two seconds. */
async function waitForStreams(url: string, expected: number): Promise<number> {
  let streams = await countStreams(url);
  for (let tries = 0; streams !== expected && tries < 100; tries++) {
    await sleep(20);
    streams = await countStreams(url);
  }
  return streams;
}

describe('with the openai client', () => {
  test('an answer that is not streamed', async () => {
    const { client } = await start();
    const completion = await client.chat.completions.create(ask('I feel lost today'));
    const reply = answer([{ role: 'user', text: 'I feel lost today' }]);
    expect(completion).toMatchObject({
      object: 'chat.completion',
      model: 'eliza',
      choices: [{ index: 0, message: { role: 'assistant', content: reply }, finish_reason: 'stop' }],
      usage: {
        prompt_tokens: 4,
        completion_tokens: reply.split(' ').length,
        total_tokens: 4 + reply.split(' ').length,
      },
    });
    expect(completion.id).toMatch(/^chatcmpl-/);
  });

  test('a streamed answer arrives word by word, with usage only when asked for', async () => {
    const { client } = await start(0);
    const expected = answer([{ role: 'user', text: 'I feel lost' }]);
    for (const include_usage of [true, false]) {
      const stream = await client.chat.completions.create({
        ...ask('I feel lost'),
        stream: true,
        stream_options: { include_usage },
      });
      const chunks = [];
      for await (const chunk of stream) chunks.push(chunk);
      const words = chunks.map(chunk => chunk.choices[0]?.delta.content ?? '').filter(word => word !== '');
      expect(words.join('')).toBe(expected);
      expect(words.length).toBe(expected.split(' ').length);
      expect(chunks[0]?.choices[0]?.delta.role).toBe('assistant');
      expect(chunks.map(chunk => chunk.choices[0]?.finish_reason).filter(Boolean)).toEqual(['stop']);
      expect(new Set(chunks.map(chunk => chunk.id)).size).toBe(1);
      expect(chunks.flatMap(chunk => (chunk.usage ? [chunk.usage.total_tokens] : []))).toEqual(
        include_usage ? [3 + words.length] : [],
      );
    }
  });

  test('the story streams with its markdown whole', async () => {
    const { client } = await start(0);
    const stream = client.chat.completions.stream(ask('Tell me a long story'));
    expect((await stream.finalMessage()).content).toBe(elizaStory);
  });

  test('a conversation goes on where it was', async () => {
    const { client } = await start();
    const messages = [
      { role: 'system' as const, content: 'You are terse.' },
      { role: 'user' as const, content: 'I am lost' },
      { role: 'assistant' as const, content: 'How long have you been lost?' },
      { role: 'user' as const, content: 'I am lost' },
    ];
    const completion = await client.chat.completions.create({ model: 'eliza', messages });
    expect(completion.choices[0]?.message.content).toBe('What is it like to be lost?');
    expect(completion.usage?.prompt_tokens).toBe(3 + 3 + 6 + 3);
  });

  test('parts, images and tools are tolerated', async () => {
    const { client } = await start();
    const image = { type: 'image_url' as const, image_url: { url: 'data:image/png;base64,AA==' } };
    const tools = [{ type: 'function' as const, function: { name: 'look', parameters: {} } }];
    const say = async (content: OpenAI.ChatCompletionContentPart[]) =>
      (await client.chat.completions.create({ model: 'eliza', messages: [{ role: 'user', content }], tools }))
        .choices[0]?.message.content;
    expect(await say([{ type: 'text', text: 'I am lost' }, image])).toBe('How long have you been lost?');
    expect(await say([image])).toContain('cannot see');
  });

  test('a limit cuts the answer and says so', async () => {
    const { client } = await start(0);
    const completion = await client.chat.completions.create({
      ...ask('tell me a story'),
      max_completion_tokens: 5,
    });
    expect(completion.choices[0]).toMatchObject({
      message: { content: '## How a small program' },
      finish_reason: 'length',
    });
    expect(completion.usage?.completion_tokens).toBe(5);
  });

  test('there is one model', async () => {
    const { client } = await start();
    expect((await client.models.list()).data.map(model => model.id)).toEqual(['eliza']);
    expect(await client.models.retrieve('eliza')).toMatchObject({ id: 'eliza', object: 'model' });
    await expect(client.models.retrieve('parry')).rejects.toMatchObject({ status: 404 });
  });

  test('an unknown model is refused as OpenAI does it', async () => {
    const { client } = await start();
    await expect(client.chat.completions.create({ ...ask('hello'), model: 'gpt-5' })).rejects.toMatchObject({
      status: 404,
      code: 'model_not_found',
      param: 'model',
      type: 'invalid_request_error',
    });
  });
});

describe('bad input gets an OpenAI error envelope', () => {
  const chat = (body: string) => ({ method: 'POST', path: '/v1/chat/completions', body });
  const messages = [{ role: 'user', content: 'hi' }];

  test.each([
    ['malformed JSON', chat('{"model":'), 400, null],
    ['no body', chat(''), 400, null],
    ['a list', chat('[]'), 400, null],
    ['no model', chat(JSON.stringify({ messages })), 400, 'model'],
    ['no messages', chat(JSON.stringify({ model: 'eliza' })), 400, 'messages'],
    ['empty messages', chat(JSON.stringify({ model: 'eliza', messages: [] })), 400, 'messages'],
    [
      'a message without role',
      chat(JSON.stringify({ model: 'eliza', messages: [{}] })),
      400,
      'messages[0].role',
    ],
    ['a null message', chat(JSON.stringify({ model: 'eliza', messages: [null] })), 400, 'messages[0].role'],
    [
      'a number as content',
      chat(JSON.stringify({ model: 'eliza', messages: [{ role: 'user', content: 1 }] })),
      400,
      'messages[0].content',
    ],
    ['two answers', chat(JSON.stringify({ model: 'eliza', messages, n: 2 })), 400, 'n'],
    [
      'a limit of nothing',
      chat(JSON.stringify({ model: 'eliza', messages, max_tokens: 0 })),
      400,
      'max_tokens',
    ],
    ['stream as a text', chat(JSON.stringify({ model: 'eliza', messages, stream: 'yes' })), 400, 'stream'],
    [
      'a body over 1 MB',
      chat(JSON.stringify({ model: 'eliza', messages: [{ role: 'user', content: 'x'.repeat(1_100_000) }] })),
      413,
      null,
    ],
    ['a wrong route', { method: 'POST', path: '/v1/completions', body: '{}' }, 404, null],
    ['a wrong method', { method: 'DELETE', path: '/v1/models', body: undefined }, 405, null],
  ])('%s', async (_, { method, path, body }, status, param) => {
    const { eliza } = await start();
    const response = await fetch(eliza.url + path, { method, ...(body === undefined ? {} : { body }) });
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toEqual({
      error: expect.objectContaining({
        message: expect.stringMatching(/\.$/),
        type: 'invalid_request_error',
        param,
      }),
    });
    // It goes on after any of them.
    expect((await fetch(`${eliza.url}/`)).status).toBe(200);
  });

  test('a message without content, beside a tool call, is no error', async () => {
    const { eliza } = await start();
    const body = JSON.stringify({
      model: 'eliza',
      messages: [{ role: 'assistant', content: null, tool_calls: [] }, ...messages],
    });
    expect((await fetch(`${eliza.url}/v1/chat/completions`, { method: 'POST', body })).status).toBe(200);
  });
});

describe('streams end', () => {
  test('at once when the client goes away', async () => {
    const { eliza, client } = await start(60_000);
    const abort = new AbortController();
    await client.chat.completions.create(
      { ...ask('tell me a long story'), stream: true },
      { signal: abort.signal },
    );
    expect(await waitForStreams(eliza.url, 1)).toBe(1);
    abort.abort();
    expect(await waitForStreams(eliza.url, 0)).toBe(0);
  });

  test('also for a client that goes away without reading', async () => {
    const { eliza } = await start(60_000);
    const request = httpRequest(`${eliza.url}/v1/chat/completions`, { method: 'POST' });
    request.end(JSON.stringify({ ...ask('hello'), stream: true }));
    await once(request, 'response');
    expect(await waitForStreams(eliza.url, 1)).toBe(1);
    request.on('error', () => {}).destroy();
    expect(await waitForStreams(eliza.url, 0)).toBe(0);
  });

  test('on close, without a finish reason', async () => {
    const { eliza, client } = await start(30);
    const stream = await client.chat.completions.create({ ...ask('tell me a long story'), stream: true });
    const finishReasons: unknown[] = [];
    let words = 0;
    let closing: Promise<void> | undefined;
    for await (const chunk of stream) {
      if (chunk.choices[0]?.delta.content) words += 1;
      if (words === 2) closing ??= eliza.close();
      if (chunk.choices[0]?.finish_reason) finishReasons.push(chunk.choices[0].finish_reason);
    }
    await closing;
    expect(words).toBeGreaterThanOrEqual(2);
    expect(words).toBeLessThan(50);
    expect(finishReasons).toEqual([]);
    await expect(fetch(eliza.url)).rejects.toThrow('fetch failed');
  });

  test('closing twice is fine', async () => {
    const { eliza } = await start();
    await eliza.close();
    await expect(eliza.close()).resolves.toBeUndefined();
  });
});

test('several conversations stream side by side', async () => {
  const { client } = await start(5);
  const said = ['I am lost', 'My dog is old', 'I feel odd', 'Why?', 'tell me a joke'];
  const replies = await Promise.all(
    said.map(async text => (await client.chat.completions.stream(ask(text)).finalMessage()).content),
  );
  expect(replies).toEqual(said.map(text => answer([{ role: 'user', text }])));
});

test('a process with nothing else to do is not kept alive', async () => {
  const module = new URL('../../electron/demo/eliza-server.ts', import.meta.url).href;
  const script = `const { startEliza } = await import(${JSON.stringify(module)}); console.log((await startEliza()).url);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const printed: Buffer[] = [];
  child.stdout.on('data', (data: Buffer) => printed.push(data));
  const [code] = (await once(child, 'exit', { signal: AbortSignal.timeout(15_000) })) as [number]; // node's own event
  expect(code).toBe(0);
  expect(Buffer.concat(printed).toString()).toMatch(/^http:\/\/127\.0\.0\.1:\d+\n$/);
});
