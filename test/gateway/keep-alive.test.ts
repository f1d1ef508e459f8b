import { setTimeout as sleep } from 'node:timers/promises';

import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import OpenAI from 'openai';
import { describe, expect, it } from 'vitest';

import type { Delta } from '../../electron/contract/deltas.ts';
import { AppError } from '../../electron/contract/errors.ts';
import { chunkFrame, createFakeEngine, sayHello } from './fake-engine.ts';
import type { FakeEngineOptions } from './fake-engine.ts';
import { KEY, startGateway, withKey } from './start-gateway.ts';

const silence = 20;
/** Long enough for several words that the call is alive, also on a busy machine. */
const pause = silence * 12;

const start = (options: FakeEngineOptions) =>
  startGateway({ engine: createFakeEngine(options), timeouts: { silence } });

const chat = { model: 'raw/m', messages: [{ role: 'user', content: 'hi' }], stream: true };

async function* sayLate(): AsyncIterable<Delta> {
  await sleep(pause);
  yield* sayHello();
}

async function* sayWithPause(): AsyncIterable<Delta> {
  yield { type: 'block_delta', block: 'text', index: 0, delta: 'Hel' };
  await sleep(pause);
  yield { type: 'block_delta', block: 'text', index: 0, delta: 'lo.' };
  yield { type: 'message', finish_reason: 'stop', usage: {} };
}

const later = (work: () => void): void => void setTimeout(work, pause);

const comment = /: keep-alive\n\n/g;

describe('an upstream that thinks before it answers', () => {
  it.each([
    ['/v1/chat/completions', { ...chat, model: 'hooked/m' }, ': keep-alive\n\n'],
    ['/v1/completions', { model: 'hooked/m', prompt: 'hi', stream: true }, ': keep-alive\n\n'],
    ['/v1/responses', { model: 'hooked/m', input: 'hi', stream: true }, ': keep-alive\n\n'],
    [
      '/v1/messages',
      { ...chat, model: 'hooked/m', max_tokens: 9 },
      'event: ping\ndata: {"type": "ping"}\n\n',
    ],
    [
      '/v1beta/models/hooked/m:streamGenerateContent?alt=sse',
      { contents: [{ parts: [{ text: 'hi' }] }] },
      ': keep-alive\n\n',
    ],
  ])('%s is told that it is alive, and then gets its answer', async (path, body, frame) => {
    const { ask } = await start({ deltas: sayLate });
    const answer = await ask(path, { method: 'POST', headers: withKey(), body: JSON.stringify(body) });
    expect(answer.status).toBe(200);
    expect(answer.text.startsWith(frame)).toBe(true);
    expect(answer.headers['content-type']).toBe('text/event-stream; charset=utf-8');
    expect(answer.headers['parley-backend']).toBe('hooked');
    const rest = answer.text.replaceAll(frame, '');
    expect(rest).toContain('Hel');
    expect(rest).not.toContain('alive');
  });

  it('has its bytes passed after it', async () => {
    const { chat: ask } = await start({
      pass: ({ sink }) =>
        later(() => {
          sink.head(200, { 'content-type': 'text/event-stream', 'x-upstream': '1' });
          sink.data(chunkFrame('Hello', 'stop'));
          sink.data(Buffer.from('data: [DONE]\n\n'));
          sink.end();
        }),
    });
    const answer = await ask(chat);
    expect(answer.status).toBe(200);
    expect(answer.text.replaceAll(comment, '')).toBe(
      `${chunkFrame('Hello', 'stop').toString()}data: [DONE]\n\n`,
    );
    expect(answer.text).toMatch(/^: keep-alive\n\n/);
  });

  it('is a stream also where the upstream then answers whole', async () => {
    const { chat: ask } = await start({
      pass: ({ sink }) =>
        later(() => {
          sink.head(200, { 'content-type': 'application/json' });
          const message = { role: 'assistant', content: 'Hello' };
          const answer = { id: 'c', model: 'm', choices: [{ index: 0, message, finish_reason: 'stop' }] };
          const bytes = Buffer.from(JSON.stringify(answer));
          sink.data(bytes.subarray(0, 20));
          sink.data(bytes.subarray(20));
          sink.end();
        }),
    });
    const frames = (await ask(chat)).text.replaceAll(comment, '').trim().split('\n\n');
    expect(frames.at(-1)).toBe('data: [DONE]');
    const events = frames.slice(0, -1).map(frame => JSON.parse(frame.replace(/^data: /, '')) as unknown);
    expect(events).toContainEqual(
      expect.objectContaining({
        choices: [expect.objectContaining({ delta: expect.objectContaining({ content: 'Hello' }) })],
      }),
    );
    expect(events.at(-1)).toMatchObject({ choices: [{ finish_reason: 'stop' }] });
  });

  it('says so where the upstream then answers what is no JSON', async () => {
    const { chat: ask } = await start({
      pass: ({ sink }) =>
        later(() => {
          sink.head(200, { 'content-type': 'application/json' });
          sink.data(Buffer.from('{"id":'));
          sink.end();
        }),
    });
    const frames = (await ask(chat)).text.replaceAll(comment, '');
    expect(frames).toContain('raw answered with something that is not JSON.');
    expect(frames).not.toContain('[DONE]');
  });

  it.each(['raw/m', 'hooked/m'])('and fails after that is an error inside the stream of %s', async model => {
    const fail = new AppError('http_error', 'work: overloaded.', { http_status: 529 });
    const { chat: ask } = await start({
      pass: asked => later(() => asked.fail(fail)),
      async deltas() {
        await sleep(pause);
        throw fail;
      },
    });
    const answer = await ask({ ...chat, model });
    expect(answer.status).toBe(200);
    const frames = answer.text.replaceAll(comment, '');
    expect(JSON.parse(frames.replace(/^data: /, ''))).toMatchObject({
      error: { message: 'work: overloaded.' },
    });
    expect(frames).not.toContain('[DONE]');
  });

  it.each(['raw/m', 'hooked/m'])('and fails before that keeps its status (%s)', async model => {
    const fail = new AppError('http_error', 'work: overloaded.', { http_status: 529 });
    const { chat: ask } = await start({
      pass: asked => asked.fail(fail),
      deltas: () => Promise.reject(fail),
    });
    const answer = await ask({ ...chat, model });
    expect([answer.status, answer.headers['content-type']]).toEqual([529, 'application/json']);
  });

  it.each([
    ['/v1/chat/completions', { ...chat, model: 'hooked/m', stream: false }],
    ['/api/chat', { ...chat, model: 'hooked/m' }],
    ['/api/generate', { model: 'hooked/m', prompt: 'hi' }],
  ])('says nothing to %s, whose answer has no place for it', async (path, body) => {
    const { ask } = await start({ deltas: sayLate });
    const answer = await ask(path, { method: 'POST', headers: withKey(), body: JSON.stringify(body) });
    expect(answer.status).toBe(200);
    expect(answer.text).not.toContain('alive');
    for (const line of answer.text.trim().split('\n')) expect(() => void JSON.parse(line)).not.toThrow();
  });
});

describe('a silence in the middle', () => {
  it('of translated frames is filled', async () => {
    const { chat: ask } = await start({ deltas: sayWithPause });
    const { text } = await ask({ ...chat, model: 'hooked/m' });
    expect(text.match(comment)?.length).toBeGreaterThanOrEqual(1);
    expect(text).toMatch(/Hel[^]*keep-alive[^]*lo\./);
  });

  const passPieces = (pieces: string[]): FakeEngineOptions => ({
    pass({ sink }) {
      sink.head(200, { 'content-type': 'text/event-stream' });
      const pour = ([piece, ...others]: string[]): void => {
        if (piece === undefined) {
          sink.end();
          return;
        }
        sink.data(Buffer.from(piece));
        later(() => pour(others));
      };
      pour(pieces);
    },
  });

  it.each([
    ['lines', ['data: {"a":1}\n\n', 'data: [DONE]\n\n']],
    ['CRLF', ['data: {"a":1}\r\n\r\n', 'data: [DONE]\r\n\r\n']],
    ['single bytes', ['data: {"a":1}', '\n', '\n', 'data: [DONE]\n\n']],
  ])('of passed events is filled between them (%s)', async (_name, pieces) => {
    const { chat: ask } = await start(passPieces(pieces));
    const { text } = await ask(chat);
    const events = text.split(/(?<=\n\r?\n)/);
    expect(events.filter(event => event === ': keep-alive\n\n').length).toBeGreaterThanOrEqual(1);
    expect(text.replaceAll(comment, '')).toBe(pieces.join(''));
    expect(text).toMatch(/"a":1\}\r?\n\r?\n: keep-alive\n\n/);
  });

  it.each([
    [['data: {"a"', ':1}\n\n']],
    [['data: {"a":1}\n', 'data: {}\n\n']],
    [['data: {"a":1}\r\n', '\r\n']],
  ])('of passed events is never filled inside of one: %j', async pieces => {
    const { chat: ask } = await start(passPieces(pieces));
    const { text } = await ask(chat);
    expect(text.startsWith(pieces.join(''))).toBe(true);
  });

  it('is none where something is written now and then', async () => {
    const engine = createFakeEngine({
      async *deltas() {
        for (let count = 0; count < 40; count += 1) {
          yield { type: 'block_delta', block: 'text', index: 0, delta: 'x' };
          await sleep(20);
        }
        yield { type: 'message', finish_reason: 'stop', usage: {} };
      },
    });
    const { chat: ask } = await startGateway({ engine, timeouts: { silence: 300 } });
    const { text } = await ask({ ...chat, model: 'hooked/m' });
    expect(text).toContain('[DONE]');
    expect(text).not.toContain('keep-alive');
  });

  it('is not filled where the tool has yet to read what there is', async () => {
    const big = `data: "${'x'.repeat(8 * 1024 * 1024)}"\n\n`;
    const { open } = await start(passPieces([big]));
    const response = await open('/v1/chat/completions', {
      method: 'POST',
      headers: withKey(),
      body: JSON.stringify(chat),
    });
    await sleep(pause);
    let text = '';
    for await (const chunk of response) text += String(chunk);
    expect(text.startsWith(big)).toBe(true);
    // Once it is read there is silence again.
    expect(text.replaceAll(comment, '')).toBe(big);
  });
});

describe("vendors' own clients", () => {
  const clients: [string, (url: string) => Promise<string>][] = [
    [
      'openai',
      async url => {
        const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: KEY });
        let text = '';
        const stream = await client.chat.completions.create({
          model: 'hooked/m',
          messages: [{ role: 'user', content: 'hi' }],
          stream: true,
        });
        for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
        return text;
      },
    ],
    [
      '@anthropic-ai/sdk',
      async url => {
        const client = new Anthropic({ baseURL: url, apiKey: KEY });
        const stream = client.messages.stream({
          model: 'hooked/m',
          max_tokens: 9,
          messages: [{ role: 'user', content: 'hi' }],
        });
        return stream.finalText();
      },
    ],
    [
      '@google/genai',
      async url => {
        const client = new GoogleGenAI({ apiKey: KEY, httpOptions: { baseUrl: url } });
        let text = '';
        const stream = await client.models.generateContentStream({ model: 'hooked/m', contents: 'hi' });
        for await (const chunk of stream) text += chunk.text ?? '';
        return text;
      },
    ],
  ];

  it.each(clients)('%s reads over it', async (_name, read) => {
    const { url } = await start({ deltas: sayLate });
    expect(await read(url)).toBe('Hello.');
  });
});
