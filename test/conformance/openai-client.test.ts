import { LLMock } from '@copilotkit/aimock';
import OpenAI from 'openai';
import { zodResponseFormat } from 'openai/helpers/zod';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import type { Call } from '../../electron/contract/calls.ts';
import { sendStream, sseText, startUpstream, textChunks } from '../support/scripted-upstream.ts';
import type { ScriptedUpstream } from '../support/scripted-upstream.ts';
import {
  makeDataDir,
  readCalls,
  removeDir,
  runParley,
  startParley,
  waitFor,
  waitForCalls,
  writeConfig,
  writePlainScript,
  writeScript,
} from '../support/start-parley.ts';
import type { RunningParley } from '../support/start-parley.ts';

/** Any hook on events makes the gateway translate both ways instead of passing bytes. */
const translatedScript = `
local provider = {
  name = "Translated", dialect = "openai_completions", base_url = config.url, api_key = config.api_key,
}
function provider.modify_events(deltas) return deltas end
return provider
`;

const upstreamKey = 'sk-upstream-aimock-0123456789';
const image =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=';
const weatherParameters = {
  type: 'object' as const,
  properties: { city: { type: 'string' as const } },
  required: ['city'],
};
const weatherTool = {
  type: 'function' as const,
  function: { name: 'get_weather', parameters: weatherParameters },
};

/** How aimock fails on demand, and what the client must make of it. */
const failures = [
  [400, OpenAI.BadRequestError],
  [401, OpenAI.AuthenticationError],
  [403, OpenAI.PermissionDeniedError],
  [404, OpenAI.NotFoundError],
  [409, OpenAI.ConflictError],
  [422, OpenAI.UnprocessableEntityError],
  [429, OpenAI.RateLimitError],
  [500, OpenAI.InternalServerError],
  [503, OpenAI.InternalServerError],
] as const;

let aimock: LLMock;
let scripted: ScriptedUpstream;
let parley: RunningParley;
let client: OpenAI;
let gatewayKey: string;
const dataDir = makeDataDir();
/** Every call these tests make, as the ledger must know it at the end. */
const asked: string[] = [];

/** Notes the call, so that the ledger can be held against it. */
function model(name: string): string {
  asked.push(name);
  return name;
}

async function rowOf(name: string): Promise<Partial<Call>> {
  const [row] = await waitForCalls(dataDir, name);
  return row!;
}

function user(content: string): { role: 'user'; content: string }[] {
  return [{ role: 'user', content }];
}

beforeAll(async () => {
  aimock = new LLMock({ port: 0, chunkSize: 4, auth: { apiKeys: [upstreamKey] } });
  const usage = { prompt_tokens: 11, completion_tokens: 4, total_tokens: 15 };
  aimock.onMessage('hello', { content: 'Hi there!', usage });
  aimock.onMessage('picture', { content: 'One pixel.', usage });
  aimock.onMessage('answer in json', { content: '{"city":"Oslo","degrees":-4}', usage });
  aimock.on(
    { userMessage: 'weather', hasToolResult: false },
    { toolCalls: [{ name: 'get_weather', arguments: { city: 'Oslo' } }], usage },
  );
  aimock.on({ userMessage: 'weather', hasToolResult: true }, { content: 'It is cold in Oslo.', usage });
  aimock.onMessage('cut', { content: 'This will not be whole.' }, { truncateAfterChunks: 3, latency: 20 });
  for (const [status] of failures) {
    const error = {
      message: `Refused with ${String(status)}.`,
      type: 'mock_error',
      code: `mock_${String(status)}`,
    };
    aimock.onMessage(`fail ${String(status)}`, { error, status });
  }
  await aimock.start();
  scripted = await startUpstream();
  writePlainScript(dataDir);
  writeScript(dataDir, 'translated', translatedScript);
  writeConfig(
    dataDir,
    `llm:
  retry: { max_attempts: 1 }
  backends:
    - { name: passed, type: plain, url: ${aimock.url}, api_key: ${upstreamKey} }
    - { name: translated, type: translated, url: ${aimock.url}, api_key: "\${AIMOCK_KEY}" }
    - { name: scripted, type: plain, url: ${scripted.url}, api_key: sk-scripted-0123456789 }
    - { name: scripted-translated, type: translated, url: ${scripted.url}, api_key: sk-scripted-0123456789 }
    - { name: gone, type: plain, url: "http://127.0.0.1:9", api_key: sk-gone-0123456789 }
    - { name: keyless, type: plain, url: ${aimock.url}, api_key: env:NOT_SET_ANYWHERE }
`,
  );
  parley = await startParley({ dataDir, env: { AIMOCK_KEY: upstreamKey } });
  const created = await runParley(['keys', 'create', 'conformance', '--json'], { dataDir });
  ({ key: gatewayKey } = JSON.parse(created.stdout) as { key: string });
  client = new OpenAI({ baseURL: `${parley.url}/v1`, apiKey: gatewayKey, maxRetries: 0 });
});

afterAll(async () => {
  await parley.stop();
  await Promise.all([aimock.stop(), scripted.close()]);
  removeDir(dataDir);
});

describe.each(['passed', 'translated'])('a backend whose answers are %s', backend => {
  it('answers a chat completion, and the ledger has its tokens', async () => {
    const name = model(`${backend}/whole`);
    const completion = await client.chat.completions.create({ model: name, messages: user('hello') });
    expect(completion.choices[0]).toMatchObject({
      message: { role: 'assistant', content: 'Hi there!' },
      finish_reason: 'stop',
    });
    expect(completion.usage).toMatchObject({ prompt_tokens: 11, completion_tokens: 4, total_tokens: 15 });
    expect(await rowOf(name)).toMatchObject({
      client: 'conformance',
      backend,
      dialect_in: 'openai_completions',
      dialect_out: 'openai_completions',
      status: 'ok',
      http_status: 200,
      error_code: null,
      input_tokens: 11,
      output_tokens: 4,
      cache_read_tokens: null,
      tokens_origin: 'reported',
      attempts: 1,
    });
  });

  it('streams, and reports usage only to those who ask while the ledger always has it', async () => {
    const name = model(`${backend}/streamed`);
    const stream = await client.chat.completions.create({
      model: name,
      messages: user('hello'),
      stream: true,
    });
    let text = '';
    const chunks = [];
    for await (const chunk of stream) {
      chunks.push(chunk);
      text += chunk.choices[0]?.delta.content ?? '';
    }
    expect(text).toBe('Hi there!');
    expect(chunks.filter(chunk => chunk.usage)).toEqual([]);
    expect(chunks.every(chunk => chunk.choices.length === 1)).toBe(true);
    expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe('stop');
    const row = await rowOf(name);
    expect(row).toMatchObject({
      status: 'ok',
      input_tokens: 11,
      output_tokens: 4,
      tokens_origin: 'reported',
    });
    expect(row.first_token_ms).toBeGreaterThan(0);
    expect(row.duration_ms).toBeGreaterThanOrEqual(row.first_token_ms ?? Infinity);
  });

  it('streams with the usage that was asked for, through the streaming helper', async () => {
    const name = model(`${backend}/helper`);
    const stream = client.chat.completions.stream({
      model: name,
      messages: user('hello'),
      stream_options: { include_usage: true },
    });
    const pieces: string[] = [];
    stream.on('content', piece => pieces.push(piece));
    const final = await stream.finalChatCompletion();
    expect([pieces.join(''), final.choices[0]?.message.content]).toEqual(['Hi there!', 'Hi there!']);
    expect(await stream.totalUsage()).toMatchObject({ prompt_tokens: 11, completion_tokens: 4 });
    expect(await rowOf(name)).toMatchObject({ status: 'ok', input_tokens: 11, output_tokens: 4 });
  });

  it('streams a tool call whose arguments come in pieces', async () => {
    const name = model(`${backend}/tool`);
    const stream = client.chat.completions.stream({
      model: name,
      messages: user('weather'),
      tools: [weatherTool],
    });
    const pieces: string[] = [];
    stream.on('tool_calls.function.arguments.delta', event => pieces.push(event.arguments_delta));
    const message = await stream.finalMessage();
    const call = message.tool_calls?.[0];
    expect(call?.type === 'function' && call.function).toMatchObject({
      name: 'get_weather',
      arguments: '{"city":"Oslo"}',
    });
    expect(pieces.filter(piece => piece !== '').length).toBeGreaterThan(1);
    expect((await stream.finalChatCompletion()).choices[0]?.finish_reason).toBe('tool_calls');
    expect(await rowOf(name)).toMatchObject({ status: 'ok', output_tokens: 4 });
  });

  it('runs a tool from the call to the answer that uses its result', async () => {
    const name = `${backend}/tool-loop`;
    asked.push(name, name);
    const cities: string[] = [];
    const run = client.chat.completions.runTools({
      model: name,
      messages: user('weather'),
      tools: [
        {
          type: 'function',
          function: {
            name: 'get_weather',
            description: 'The weather in a city.',
            parameters: weatherParameters,
            parse: (text: string) => JSON.parse(text) as { city: string },
            function: ({ city }: { city: string }) => {
              cities.push(city);
              return '-4 °C';
            },
          },
        },
      ],
    });
    expect([await run.finalContent(), cities]).toEqual(['It is cold in Oslo.', ['Oslo']]);
    const sent = aimock.getLastRequest()?.body?.['messages'] as { role: string; content?: unknown }[];
    expect(sent.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool']);
    expect(sent.at(-1)?.content).toBe('-4 °C');
    expect(await waitForCalls(dataDir, name, 2)).toMatchObject([{ status: 'ok' }, { status: 'ok' }]);
  });

  it('takes an image in', async () => {
    const name = model(`${backend}/image`);
    const content = [
      { type: 'text' as const, text: 'picture' },
      { type: 'image_url' as const, image_url: { url: image, detail: 'low' as const } },
    ];
    const completion = await client.chat.completions.create({
      model: name,
      messages: [{ role: 'user', content }],
    });
    expect(completion.choices[0]?.message.content).toBe('One pixel.');
    expect(aimock.getLastRequest()?.body?.['messages']).toMatchObject([{ role: 'user', content }]);
    expect(await rowOf(name)).toMatchObject({ status: 'ok' });
  });

  it('hands the schema of a structured output over, and the client parses the answer', async () => {
    const name = model(`${backend}/structured`);
    const schema = z.object({ city: z.string(), degrees: z.number() });
    const format = zodResponseFormat(schema, 'weather');
    const completion = await client.chat.completions.parse({
      model: name,
      messages: user('answer in json'),
      response_format: format,
    });
    expect(completion.choices[0]?.message.parsed).toEqual({ city: 'Oslo', degrees: -4 });
    expect(aimock.getLastRequest()?.body?.['response_format']).toEqual(JSON.parse(JSON.stringify(format)));
    expect(await rowOf(name)).toMatchObject({ status: 'ok' });
  });

  it.each([false, true])(
    'gives every upstream error its class, status, code and message (stream: %s)',
    async stream => {
      const check = async ([status, errorClass]: (typeof failures)[number]): Promise<void> => {
        const name = model(`${backend}/fail-${String(status)}-${String(stream)}`);
        const error = await client.chat.completions
          .create({ model: name, messages: user(`fail ${String(status)}`), stream })
          .catch((thrown: unknown) => thrown);
        expect(error).toBeInstanceOf(errorClass);
        expect(error).toMatchObject({ status, code: `mock_${String(status)}`, type: 'mock_error' });
        expect((error as Error).message).toContain(`Refused with ${String(status)}.`);
        expect(await rowOf(name)).toMatchObject({
          client: 'conformance',
          status: 'error',
          error_code: 'http_error',
          http_status: status,
          input_tokens: null,
          output_tokens: null,
          tokens_origin: 'unknown',
          cost_usd: null,
        });
      };
      await Promise.all(failures.map(check));
    },
  );

  it('keeps the text of a stream that is cut, then throws; the ledger says interrupted', async () => {
    const name = model(`${backend}/cut`);
    let text = '';
    const read = async (): Promise<void> => {
      const stream = await client.chat.completions.create({
        model: name,
        messages: user('cut'),
        stream: true,
      });
      for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
    };
    await expect(read()).rejects.toBeInstanceOf(OpenAI.APIError);
    expect('This will not be whole.'.startsWith(text) && text.length > 0).toBe(true);
    expect(await rowOf(name)).toMatchObject({ status: 'interrupted', error_code: 'incomplete_stream' });
  });
});

describe('what no upstream is asked for', () => {
  it('lists the models of every backend that answers, and finds one by its name', async () => {
    const ids = (await client.models.list()).data.map(({ id }) => id);
    expect(ids).toContain('passed/gpt-4o');
    expect(ids).toContain('translated/gpt-4o');
    expect(ids.filter(id => id.startsWith('eliza/'))).toEqual([]);
    expect(await client.models.retrieve('passed/gpt-4o')).toMatchObject({
      id: 'passed/gpt-4o',
      object: 'model',
      owned_by: 'passed',
    });
    await expect(client.models.retrieve('passed/none')).rejects.toBeInstanceOf(OpenAI.NotFoundError);
  });

  it('refuses a wrong key and records nothing for it', async () => {
    const stranger = new OpenAI({ baseURL: `${parley.url}/v1`, apiKey: `${gatewayKey}x`, maxRetries: 0 });
    const error = await stranger.chat.completions
      .create({ model: 'passed/stranger', messages: user('hello') })
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(OpenAI.AuthenticationError);
    expect(error).toMatchObject({ status: 401, code: 'invalid_api_key' });
    expect(String(error)).not.toContain(gatewayKey);
  });

  it.each(['nowhere/at-all', 'no-slash'])(
    'does not find the model %s, and records that it was asked for',
    async unknown => {
      const name = model(unknown);
      const error = await client.chat.completions
        .create({ model: name, messages: user('hello') })
        .catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(OpenAI.NotFoundError);
      expect(error).toMatchObject({ status: 404, code: 'model_not_found' });
      expect(await rowOf(name)).toMatchObject({
        client: 'conformance',
        status: 'error',
        error_code: 'unknown_model',
        http_status: 404,
      });
    },
  );

  it('says which variable is missing where the key of a backend is', async () => {
    const name = model('keyless/any');
    const error = await client.chat.completions
      .create({ model: name, messages: user('hello') })
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(OpenAI.AuthenticationError);
    expect(error).toMatchObject({
      code: 'missing_env_var',
      message: expect.stringContaining('NOT_SET_ANYWHERE') as string,
    });
    expect(await rowOf(name)).toMatchObject({ status: 'error', error_code: 'missing_env_var' });
  });

  it('says which backend refuses connections', async () => {
    const name = model('gone/any');
    const error = await client.chat.completions
      .create({ model: name, messages: user('hello') })
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(OpenAI.InternalServerError);
    expect(error).toMatchObject({
      status: 502,
      code: 'upstream_unreachable',
      message: expect.stringContaining('gone') as string,
    });
    expect(await rowOf(name)).toMatchObject({ status: 'error', error_code: 'upstream_unreachable' });
  });
});

describe.each(['scripted', 'scripted-translated'])('the upstream %s', backend => {
  it.each([false, true])(
    'is left at once when the client gives up before the answer (stream: %s)',
    async stream => {
      const name = model(`${backend}/hang-${String(stream)}`);
      scripted.answer = () => undefined;
      const before = scripted.requests.length;
      const leave = new AbortController();
      const answer = client.chat.completions
        .create({ model: name, messages: user('hello'), stream }, { signal: leave.signal })
        .catch((thrown: unknown) => thrown);
      const request = await waitFor(() => scripted.requests[before]);
      leave.abort();
      expect(await answer).toBeInstanceOf(OpenAI.APIUserAbortError);
      await request.aborted;
      expect(await rowOf(name)).toMatchObject({
        status: 'cancelled',
        error_code: 'cancelled',
        tokens_origin: 'unknown',
      });
    },
  );

  it('is left at once when the client stops reading in the middle', async () => {
    const name = model(`${backend}/left`);
    scripted.answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(sseText(textChunks(['Half']).slice(0, 2), false));
    };
    const stream = await client.chat.completions.create({
      model: name,
      messages: user('hello'),
      stream: true,
    });
    // Leaving the loop is how a client stops.
    for await (const chunk of stream) if (chunk.choices[0]?.delta.content === 'Half') break;
    await scripted.requests.at(-1)?.aborted;
    expect(await rowOf(name)).toMatchObject({
      status: 'cancelled',
      error_code: 'cancelled',
      model_answered: 'scripted-1',
    });
  });

  it('reports cached and reasoning tokens, and the ledger keeps them apart', async () => {
    const name = model(`${backend}/details`);
    const usage = {
      prompt_tokens: 100,
      completion_tokens: 30,
      total_tokens: 130,
      prompt_tokens_details: { cached_tokens: 60 },
      completion_tokens_details: { reasoning_tokens: 20 },
    };
    scripted.answer = (_request, response) => sendStream(response, textChunks(['Hello'], usage));
    const stream = client.chat.completions.stream({
      model: name,
      messages: user('hello'),
      stream_options: { include_usage: true },
    });
    expect(await stream.totalUsage()).toMatchObject({ prompt_tokens: 100, completion_tokens: 30 });
    expect((await stream.finalChatCompletion()).usage).toMatchObject(usage);
    expect(await rowOf(name)).toMatchObject({
      input_tokens: 100,
      output_tokens: 30,
      cache_read_tokens: 60,
      cache_write_tokens: null,
      reasoning_tokens: 20,
      tokens_origin: 'reported',
    });
  });

  it('that reports no usage leaves unknown tokens, never a 0', async () => {
    const name = model(`${backend}/no-usage`);
    scripted.answer = (_request, response) => sendStream(response, textChunks(['Hello'], null));
    const stream = client.chat.completions.stream({ model: name, messages: user('hello') });
    expect(await stream.finalContent()).toBe('Hello');
    expect(await rowOf(name)).toMatchObject({
      status: 'ok',
      input_tokens: null,
      output_tokens: null,
      tokens_origin: 'unknown',
      cost_usd: null,
    });
  });

  it('gets the key of its own backend, and never the one of the gateway', () => {
    const headers = scripted.requests.map(request => request.headers);
    expect(headers.length).toBeGreaterThan(0);
    for (const each of headers) expect(each.authorization).toBe('Bearer sk-scripted-0123456789');
    expect(JSON.stringify(scripted.requests)).not.toContain(gatewayKey);
  });
});

describe('afterwards', () => {
  it('the ledger has exactly one row for every call, whoever reads it', async () => {
    await waitFor(() => readCalls(dataDir).length >= asked.length);
    const rows = readCalls(dataDir);
    expect(rows.map(row => row.model_asked).sort()).toEqual([...asked].sort());
    expect(new Set(rows.map(row => row.client))).toEqual(new Set(['conformance']));
    const usage = await runParley(['usage', '--json', '--by', 'client'], { dataDir });
    const errors = rows.filter(row => row.status === 'error').length;
    expect(JSON.parse(usage.stdout)).toMatchObject([{ key: 'conformance', calls: asked.length, errors }]);
  });

  it('no key stands in what was printed or logged', async () => {
    const { stdout, stderr } = parley.output();
    for (const key of [upstreamKey, gatewayKey, 'sk-scripted-0123456789', 'sk-gone-0123456789']) {
      expect(stdout + stderr).not.toContain(key);
    }
  });
});
