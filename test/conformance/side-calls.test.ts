import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import { Ollama } from 'ollama';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { prompts, SYSTEM } from './support/scenarios.ts';
import { countOf, VECTOR } from './support/side-calls.ts';
import { startBench, upstreamsFor } from './support/start-bench.ts';
import type { Bench } from './support/start-bench.ts';

// What clients ask for beside chats, each over every upstream.

const upstreams = upstreamsFor('openai_completions')
  .slice(0, -1)
  .map(upstream => ({ ...upstream, name: `${upstream.backend}/${upstream.model}` }));
const names = upstreams.map(({ name }) => name);
const embedding = upstreams.filter(({ dialect }) => dialect !== 'anthropic_messages');
const TEXT = 'to be embedded';

let bench: Bench;
beforeAll(async () => {
  bench = await startBench(upstreams);
});
afterAll(() => bench?.stop());

/** What the upstream itself counted, where it can; elsewhere what an estimate must lie between. */
function countOfLast(dialect: string): { exact: boolean; least: number; most: number } {
  const exact = dialect === 'anthropic_messages' || dialect === 'google_gemini';
  const count = countOf(bench.upstream.requests.at(-1)?.body ?? '');
  return exact ? { exact, least: count, most: count } : { exact, least: 3, most: 60 };
}

describe('openai', () => {
  let client: OpenAI;
  beforeAll(() => {
    client = new OpenAI({ baseURL: `${bench.url}/v1`, apiKey: bench.key, maxRetries: 0 });
  });

  it('lists the models, and finds one', async () => {
    const ids = (await client.models.list()).data.map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining(names));
    expect(await client.models.retrieve(names[0]!)).toMatchObject({ id: names[0], object: 'model' });
  });

  it.each(embedding)('embeds one text and many ($dialect)', async ({ name }) => {
    const one = await client.embeddings.create({ model: name, input: TEXT });
    expect(one.data.map(item => [...item.embedding])).toEqual([VECTOR]);
    const input = [TEXT, `${TEXT} too`];
    const many = await client.embeddings.create({ model: name, input, encoding_format: 'float' });
    expect(many.data.map(item => [item.index, item.embedding])).toEqual([
      [0, VECTOR],
      [1, VECTOR],
    ]);
    const short = await client.embeddings.create({ model: name, input: TEXT, dimensions: 2 });
    expect(short.data[0]?.embedding).toHaveLength(2);
  });

  it('says that Anthropic embeds nothing', async () => {
    const { name } = upstreams.find(({ dialect }) => dialect === 'anthropic_messages')!;
    await expect(client.embeddings.create({ model: name, input: TEXT })).rejects.toBeInstanceOf(
      OpenAI.BadRequestError,
    );
  });

  it.each(upstreams)('completes as it did before there were chats ($dialect)', async ({ name }) => {
    const asked = { model: name, prompt: prompts.hello, max_tokens: 16 };
    const whole = await client.completions.create(asked);
    expect(whole).toMatchObject({
      object: 'text_completion',
      choices: [{ text: 'Hi there!', finish_reason: 'stop' }],
      usage: { prompt_tokens: 11, completion_tokens: 4 },
    });
    let text = '';
    for await (const chunk of await client.completions.create({ ...asked, stream: true }))
      text += chunk.choices[0]?.text ?? '';
    expect(text).toBe('Hi there!');
  });
});

describe('anthropic', () => {
  let client: Anthropic;
  beforeAll(() => {
    client = new Anthropic({ baseURL: bench.url, apiKey: bench.key, maxRetries: 0 });
  });

  it('lists the models, and finds one', async () => {
    const ids: string[] = [];
    for await (const model of client.models.list()) ids.push(model.id);
    expect(ids).toEqual(expect.arrayContaining(names));
    expect(await client.models.retrieve(names[0]!)).toMatchObject({ id: names[0], type: 'model' });
  });

  it.each(upstreams)('counts tokens ($dialect)', async ({ name, dialect }) => {
    const ask = client.messages
      .countTokens({ model: name, system: SYSTEM, messages: [{ role: 'user', content: prompts.hello }] })
      .withResponse();
    const { data, response } = await ask;
    const { exact, least, most } = countOfLast(dialect);
    expect(data.input_tokens).toBeGreaterThanOrEqual(least);
    expect(data.input_tokens).toBeLessThanOrEqual(most);
    expect(response.headers.get('parley-tokens')).toBe(exact ? null : 'estimated');
  });
});

describe('google genai', () => {
  let client: GoogleGenAI;
  beforeAll(() => {
    client = new GoogleGenAI({ apiKey: bench.key, httpOptions: { baseUrl: bench.url } });
  });

  it('lists the models, and finds one', async () => {
    const ids: string[] = [];
    for await (const { name = '' } of await client.models.list()) ids.push(name.replace(/^models\//, ''));
    expect(ids).toEqual(expect.arrayContaining(names));
    expect(await client.models.get({ model: names[0]! })).toMatchObject({ name: `models/${names[0]!}` });
  });

  it.each(upstreams)('counts tokens ($dialect)', async ({ name, dialect }) => {
    const { totalTokens = 0 } = await client.models.countTokens({ model: name, contents: prompts.hello });
    const { least, most } = countOfLast(dialect);
    expect(totalTokens).toBeGreaterThanOrEqual(least);
    expect(totalTokens).toBeLessThanOrEqual(most);
  });

  it.each(embedding)('embeds one text and many ($dialect)', async ({ name }) => {
    const one = await client.models.embedContent({ model: name, contents: TEXT });
    expect(one.embeddings?.map(({ values }) => values)).toEqual([VECTOR]);
    const many = await client.models.embedContent({ model: name, contents: [TEXT, `${TEXT} too`] });
    expect(many.embeddings).toHaveLength(2);
  });
});

describe('ollama', () => {
  let client: Ollama;
  beforeAll(() => {
    client = new Ollama({ host: bench.url, headers: { authorization: `Bearer ${bench.key}` } });
  });

  it('lists the models, shows one, and says its version', async () => {
    const { models } = await client.list();
    expect(models.map(({ name }) => name)).toEqual(expect.arrayContaining(names));
    const shown = await client.show({ model: names[0]! });
    expect(shown.capabilities).toEqual(expect.arrayContaining(['completion']));
    expect((await client.version()).version).toMatch(/^\d+\.\d+\.\d+/);
    expect((await client.ps()).models).toEqual([]);
    await expect(client.show({ model: 'nowhere/none' })).rejects.toMatchObject({ status_code: 404 });
  });

  it.each(upstreams)('generates ($dialect)', async ({ name }) => {
    const asked = { model: name, prompt: prompts.system, system: SYSTEM };
    const whole = await client.generate(asked);
    expect(whole).toMatchObject({ response: 'Ada.', done: true, done_reason: 'stop' });
    let text = '';
    for await (const chunk of await client.generate({ ...asked, stream: true })) text += chunk.response;
    expect(text).toBe('Ada.');
  });

  it.each(embedding)('embeds one text and many ($dialect)', async ({ name }) => {
    expect((await client.embed({ model: name, input: TEXT })).embeddings).toEqual([VECTOR]);
    expect((await client.embed({ model: name, input: [TEXT, 'b'] })).embeddings).toHaveLength(2);
  });
});
