import OpenAI from 'openai';
import { describe, expect, it } from 'vitest';

import type { Delta } from '../../electron/contract/deltas.ts';
import { AppError } from '../../electron/contract/errors.ts';
import { aborted, chunkFrame, createFakeEngine } from './fake-engine.ts';
import type { FakeEngineOptions } from './fake-engine.ts';
import { KEY, startGateway } from './start-gateway.ts';

const messages = [{ role: 'user' as const, content: 'hi' }];

const start = async (options: FakeEngineOptions = {}, apiKey = KEY) => {
  const engine = createFakeEngine(options);
  const { url } = await startGateway({ engine });
  return { engine, client: new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries: 0 }) };
};

async function textOf(stream: AsyncIterable<OpenAI.ChatCompletionChunk>): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
  return text;
}

const streamed: FakeEngineOptions = {
  pass({ sink }) {
    sink.head(200, { 'content-type': 'text/event-stream' });
    sink.data(chunkFrame('Hel'));
    sink.data(chunkFrame('lo.', 'stop'));
    sink.data(Buffer.from('data: [DONE]\n\n'));
    sink.end();
  },
};

describe.each(['raw/m', 'hooked/m'])('the official client, asking %s', model => {
  it('gets a whole answer', async () => {
    const { client } = await start();
    const { data, request_id: id } = await client.chat.completions.create({ model, messages }).withResponse();
    expect(data.choices[0]).toMatchObject({ message: { content: 'Hello.' }, finish_reason: 'stop' });
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('gets a streamed answer', async () => {
    const { client } = await start(streamed);
    expect(await textOf(await client.chat.completions.create({ model, messages, stream: true }))).toBe(
      'Hello.',
    );
  });

  it('aborts the upstream when it aborts', async () => {
    const stopped = Promise.withResolvers<void>();
    const { client } = await start({
      pass({ sink, context }) {
        void aborted(context.signal).then(() => stopped.resolve());
        sink.head(200, { 'content-type': 'text/event-stream' });
        sink.data(chunkFrame('Hel'));
      },
      async *deltas(_request, context): AsyncIterable<Delta> {
        void aborted(context.signal).then(() => stopped.resolve());
        yield { type: 'block_delta', block: 'text', index: 0, delta: 'Hel' };
        await aborted(context.signal);
      },
    });
    const stream = await client.chat.completions.create({ model, messages, stream: true });
    for await (const chunk of stream) if (chunk.choices[0]?.delta.content === 'Hel') break;
    stream.controller.abort();
    await expect(stopped.promise).resolves.toBeUndefined();
  });

  it('throws where the stream is cut, after the text that came', async () => {
    const { client } = await start({
      pass({ sink }) {
        sink.head(200, { 'content-type': 'text/event-stream' });
        sink.data(chunkFrame('Hel'));
        sink.cut(new AppError('incomplete_stream', 'It was cut.'));
      },
      async *deltas(): AsyncIterable<Delta> {
        yield { type: 'block_delta', block: 'text', index: 0, delta: 'Hel' };
        yield { type: 'error', error: { code: 'incomplete_stream', message: 'It was cut.' } };
      },
    });
    const seen: string[] = [];
    const read = async (): Promise<void> => {
      const stream = await client.chat.completions.create({ model, messages, stream: true });
      for await (const chunk of stream) seen.push(chunk.choices[0]?.delta.content ?? '');
    };
    await expect(read()).rejects.toThrow('It was cut.');
    expect(seen.join('')).toBe('Hel');
  });
});

describe('the official client', () => {
  it('lists models and finds one', async () => {
    const { client } = await start();
    expect((await client.models.list()).data.map(({ id }) => id)).toEqual(['raw/a/b-1']);
    expect((await client.models.retrieve('raw/a/b-1')).owned_by).toBe('raw');
    await expect(client.models.retrieve('raw/none')).rejects.toBeInstanceOf(OpenAI.NotFoundError);
  });

  it('recognises every refusal by its own error classes', async () => {
    const { client } = await start({}, 'wrong');
    await expect(client.chat.completions.create({ model: 'raw/m', messages })).rejects.toBeInstanceOf(
      OpenAI.AuthenticationError,
    );
    const { client: known } = await start();
    await expect(known.chat.completions.create({ model: 'nowhere/m', messages })).rejects.toMatchObject({
      status: 404,
      code: 'model_not_found',
    });
    await expect(
      known.chat.completions.create({ model: 'hooked/m', messages: 'no list' as never }),
    ).rejects.toBeInstanceOf(OpenAI.BadRequestError);
  });

  it('retries what the upstream asks to be retried, and succeeds', async () => {
    let asked = 0;
    const { url } = await startGateway({
      engine: createFakeEngine({
        pass({ sink, fail }) {
          asked += 1;
          if (asked === 1) {
            fail(new AppError('http_error', 'Slow down.', { http_status: 429, retry_after_ms: 10 }));
            return;
          }
          streamed.pass?.({ sink } as never);
        },
      }),
    });
    const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: KEY, maxRetries: 1 });
    const stream = await client.chat.completions.create({ model: 'raw/m', messages, stream: true });
    expect([await textOf(stream), asked]).toEqual(['Hello.', 2]);
  });
});
