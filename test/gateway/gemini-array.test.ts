import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';

import { sendStream, textChunks } from '../support/scripted-upstream.ts';
import { startAllDialects } from './start-all-dialects.ts';
import { readAnswer, startRequest } from './start-gateway.ts';
import type { AskOptions } from './start-gateway.ts';

// Google streams a JSON list where the address does not ask for events.

const address = (backend: string, query = ''): string =>
  `/v1beta/models/${backend}/gemini-2.5-pro:streamGenerateContent${query}`;
const body = { contents: [{ role: 'user', parts: [{ text: 'Hi' }] }] };

const event = (text: string, more: object = {}): object => ({
  candidates: [{ content: { parts: [{ text }], role: 'model' }, index: 0, ...more }],
  modelVersion: 'gemini-2.5-pro',
});
const said = [event('Hel'), event('lo — “你好”')];
const last = {
  ...event('', { finishReason: 'STOP' }),
  usageMetadata: { promptTokenCount: 5, candidatesTokenCount: 7, totalTokenCount: 12 },
};
const broken = { error: { code: 503, message: 'Overloaded', status: 'UNAVAILABLE' } };

function sendEvents(response: ServerResponse, events: object[], cut = ''): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const bytes = Buffer.from(events.map(each => `data: ${JSON.stringify(each)}\r\n\r\n`).join('') + cut);
  // One byte a write: characters and events are cut everywhere.
  for (const byte of bytes) response.write(Buffer.from([byte]));
  response.end();
}

const sent = (port: number, path: string, options: AskOptions): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    startRequest(port, path, options).on('response', resolve).on('error', reject);
  });

const texts = (list: unknown): string[] =>
  (list as { candidates?: { content: { parts: { text?: string }[] } }[] }[]).flatMap(
    element => element.candidates?.[0]?.content.parts.flatMap(part => part.text ?? []) ?? [],
  );

describe('a tool that streams Gemini without alt=sse', () => {
  it.each(['', '?alt=json', '?key=k'])('gets the events of a Google upstream as a list (%s)', async query => {
    const { ask, upstream, engine } = await startAllDialects((_request, response) =>
      sendEvents(response, [...said, last]),
    );
    const answer = await ask(address('gemini', query), body);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/json; charset=UTF-8');
    expect(answer.headers.get('parley-backend')).toBe('gemini');
    expect(JSON.parse(answer.text)).toEqual([...said, last]);
    expect(upstream.requests[0]?.path).toContain(':streamGenerateContent?alt=sse');
    expect((await engine.waitForRows(1))[0]).toMatchObject({
      status: 'ok',
      input_tokens: 5,
      output_tokens: 7,
    });
  });

  it('gets events where it asks for them', async () => {
    const { ask } = await startAllDialects((_request, response) => sendEvents(response, [...said, last]));
    const answer = await ask(address('gemini', '?alt=sse'), body);
    expect(answer.headers.get('content-type')).toContain('text/event-stream');
    expect(answer.text.startsWith('data: ')).toBe(true);
  });

  it('gets the answer of an upstream of another dialect as a list', async () => {
    const { ask } = await startAllDialects();
    const answer = await ask(address('openai'), body);
    expect(answer.headers.get('content-type')).toBe('application/json; charset=UTF-8');
    const list: unknown = JSON.parse(answer.text);
    expect(texts(list).join('')).toBe('Hello there.');
    expect(JSON.stringify(list)).toContain('"finishReason":"STOP"');
  });

  it('gets an answer that came as one object as a list of one', async () => {
    const { ask, engine } = await startAllDialects((_request, response) => {
      const text = JSON.stringify(last);
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': text.length });
      response.end(text);
    });
    expect(JSON.parse((await ask(address('gemini'), body)).text)).toEqual([last]);
    expect((await engine.waitForRows(1))[0]).toMatchObject({ status: 'ok', output_tokens: 7 });
  });

  it.each(['gemini', 'openai'])('is told of an error before the answer in a list (%s)', async backend => {
    const { ask } = await startAllDialects((_request, response) => {
      response.writeHead(429, { 'content-type': 'application/json', 'retry-after': '3' });
      response.end('{"error":{"message":"Slow down"}}');
    });
    const answer = await ask(address(backend), body);
    expect(answer.status).toBe(429);
    expect(answer.headers.get('retry-after')).toBe('3');
    expect(JSON.parse(answer.text)).toMatchObject([{ error: { code: 429, status: 'RESOURCE_EXHAUSTED' } }]);
  });

  it.each([
    ['a request that is none', 'gemini', '{', 400],
    ['a request that cannot be asked', 'openai', '{"contents":[]}', 400],
  ])('is told of %s in a list', async (_name, backend, request, status) => {
    const { ask } = await startAllDialects();
    const answer = await ask(address(backend), request);
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.text)).toMatchObject([{ error: { code: status } }]);
  });

  it.each([
    ['another Host', { host: 'evil.test' }, 'POST', address('gemini'), 403],
    ['a page of the web', { origin: 'https://evil.test' }, 'POST', address('gemini'), 403],
    ['no key', { authorization: '' }, 'POST', address('gemini'), 401],
    ['a wrong key', { authorization: 'Bearer wrong' }, 'POST', address('gemini', '?alt=json'), 401],
    ['the wrong method', {}, 'PUT', address('gemini'), 405],
    ['an address that is none', {}, 'POST', '/v1alpha/models/m:streamGenerateContent', 404],
  ])('is refused in a list for %s', async (_name, headers, method, path, status) => {
    const { url } = await startAllDialects();
    const port = Number(new URL(url).port);
    const options = {
      method,
      headers: { authorization: 'Bearer k', ...headers },
      body: JSON.stringify(body),
    };
    const listed = await readAnswer(await sent(port, path, options));
    expect(listed.status).toBe(status);
    expect(listed.json).toMatchObject([{ error: { code: status, message: expect.any(String) } }]);
    const event = path.replace(/\?.*|$/, '?alt=sse');
    const single = await readAnswer(await sent(port, event, options));
    expect(single.json).toMatchObject({ error: { code: status, message: expect.any(String) } });
  });

  it('gets an error inside the stream as an element', async () => {
    const { ask } = await startAllDialects((_request, response) => sendEvents(response, [...said, broken]));
    expect(JSON.parse((await ask(address('gemini'), body)).text)).toEqual([...said, broken]);
  });

  it('gets an error inside the stream of another dialect as the last element', async () => {
    const { ask } = await startAllDialects((_request, response) =>
      sendStream(response, [
        ...textChunks(['Hello']).slice(0, 2),
        { error: { message: 'Overloaded', code: 503 } },
      ]),
    );
    const list = JSON.parse((await ask(address('openai'), body)).text) as object[];
    expect(texts(list).join('')).toBe('Hello');
    expect(list.at(-1)).toHaveProperty('error');
  });

  it.each(['', 'data: {"candidates":[{"content":{"pa'])(
    'gets a whole list from an answer that breaks off',
    async cut => {
      const { ask, engine } = await startAllDialects((_request, response) => sendEvents(response, said, cut));
      const list = JSON.parse((await ask(address('gemini'), body)).text) as object[];
      expect(list.slice(0, 2)).toEqual(said);
      expect(list.slice(2)).toMatchObject([{ error: { code: 502 } }]);
      expect((await engine.waitForRows(1))[0]).toMatchObject({ status: 'interrupted' });
    },
  );
});
