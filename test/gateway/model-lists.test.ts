import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import OpenAI from 'openai';
import { describe, expect, it } from 'vitest';

import type { Model } from '../../electron/contract/models.ts';
import { createFakeEngine, model } from './fake-engine.ts';
import { KEY, startGateway, withKey } from './start-gateway.ts';

const big = model('raw', 'a/b-1', {
  name: 'Big One',
  release_date: '2026-02-03',
  context_size: 200_000,
  max_output_tokens: 64_000,
  input_modalities: ['text', 'image'],
  output_modalities: ['text'],
  reasoning: true,
  input_cost: 1.25,
  output_cost: 10,
  cache_read_cost: 0.125,
  cache_write_cost: 0,
});
const bare = model('raw', 'bare');

const start = (models: Model[] = [big, bare]) =>
  startGateway({
    engine: createFakeEngine({
      models: {
        models,
        problems: [{ backend: 'down', error: { code: 'upstream_unreachable', message: 'down is down.' } }],
      },
    }),
  });

const many = (count: number): Model[] =>
  Array.from({ length: count }, (_none, index) => model('raw', `m-${index}`));

const anthropic = (headers: Record<string, string> = {}) =>
  withKey({ 'anthropic-version': '2023-06-01', ...headers });

const openaiBig = {
  id: 'raw/a/b-1',
  object: 'model',
  created: Date.parse('2026-02-03') / 1000,
  owned_by: 'raw',
  name: 'Big One',
  context_length: 200_000,
  max_completion_tokens: 64_000,
  architecture: { input_modalities: ['text', 'image'], output_modalities: ['text'] },
  pricing: {
    prompt: '0.00000125',
    completion: '0.00001',
    input_cache_read: '0.000000125',
    input_cache_write: '0',
  },
  reasoning: true,
};
const anthropicBig = {
  type: 'model',
  id: 'raw/a/b-1',
  display_name: 'Big One',
  created_at: '2026-02-03T00:00:00.000Z',
  max_input_tokens: 200_000,
  max_tokens: 64_000,
  capabilities: null,
  lifecycle: 'active',
  line: null,
  deprecated_at: null,
  retires_at: null,
};
const geminiBig = {
  name: 'models/raw/a/b-1',
  version: '001',
  displayName: 'Big One',
  description: 'Big One by raw',
  inputTokenLimit: 200_000,
  outputTokenLimit: 64_000,
  supportedGenerationMethods: ['generateContent', 'countTokens'],
  thinking: true,
};

describe("OpenAI's list", () => {
  it('tells what is known, and nothing else', async () => {
    const { ask } = await start();
    const { json } = await ask('/v1/models', { headers: withKey() });
    expect(json).toEqual({
      object: 'list',
      data: [openaiBig, { id: 'raw/bare', object: 'model', created: 0, owned_by: 'raw' }],
    });
    expect((await ask('/v1/models/raw/a/b-1', { headers: withKey() })).json).toEqual(openaiBig);
  });
});

describe("Anthropic's list", () => {
  it('is given to tools that send its version', async () => {
    const { ask } = await start();
    const answer = await ask('/v1/models', { headers: anthropic() });
    expect(answer.json).toEqual({
      data: [
        anthropicBig,
        {
          ...anthropicBig,
          id: 'raw/bare',
          display_name: 'bare',
          created_at: '1970-01-01T00:00:00.000Z',
          max_input_tokens: null,
          max_tokens: null,
        },
      ],
      has_more: false,
      first_id: 'raw/a/b-1',
      last_id: 'raw/bare',
    });
    expect(answer.headers['parley-warnings']).toBe('down: down is down.');
    expect((await ask('/v1/models/raw%2Fa%2Fb-1', { headers: anthropic() })).json).toEqual(anthropicBig);
  });

  const page = async (query: string, count = 5) => {
    const { ask } = await start(many(count));
    const { json } = await ask(`/v1/models?${query}`, { headers: anthropic() });
    const { data, ...rest } = json as { data: { id: string }[] };
    return { ids: data.map(({ id }) => id.replace('raw/m-', '')), ...rest };
  };

  it.each([
    ['limit=2', ['0', '1'], true],
    ['limit=2&after_id=raw/m-1', ['2', '3'], true],
    ['limit=2&after_id=raw%2Fm-2', ['3', '4'], false],
    ['after_id=raw/m-4', [], false],
    ['limit=2&before_id=raw/m-4', ['2', '3'], true],
    ['limit=3&before_id=raw/m-2', ['0', '1'], false],
    ['limit=&after_id=', ['0', '1', '2', '3', '4'], false],
  ])('is paged by %s', async (query, ids, more) => {
    expect(await page(query)).toEqual({
      ids,
      has_more: more,
      first_id: ids.length === 0 ? null : `raw/m-${ids[0]}`,
      last_id: ids.length === 0 ? null : `raw/m-${ids.at(-1)}`,
    });
  });

  it('is whole for tools that read one page, as far as one goes', async () => {
    expect((await page('', 999)).ids).toHaveLength(999);
    expect(await page('', 1200)).toMatchObject({ has_more: true, last_id: 'raw/m-999' });
  });

  it.each(['limit=0', 'limit=1001', 'limit=x', 'limit=1.5', 'after_id=raw/none', 'before_id=x'])(
    'refuses %s',
    async query => {
      const { ask } = await start();
      const answer = await ask(`/v1/models?${query}`, { headers: anthropic() });
      expect([answer.status, answer.json]).toMatchObject([
        400,
        { type: 'error', error: { type: 'invalid_request_error' } },
      ]);
    },
  );

  it('may be empty', async () => {
    const { ask } = await start([]);
    expect((await ask('/v1/models', { headers: anthropic() })).json).toEqual({
      data: [],
      has_more: false,
      first_id: null,
      last_id: null,
    });
  });
});

describe("Google's list", () => {
  it.each([
    ['/v1beta/models', withKey()],
    ['/v1beta/models', { 'x-goog-api-key': KEY }],
    [`/v1beta/models?key=${KEY}`, {}],
    ['/v1/models', { 'x-goog-api-key': KEY }],
  ])('is given at %s with %j', async (path, headers) => {
    const { ask } = await start();
    expect((await ask(path, { headers })).json).toEqual({
      models: [
        geminiBig,
        {
          name: 'models/raw/bare',
          version: '001',
          displayName: 'bare',
          description: 'bare by raw',
          supportedGenerationMethods: ['generateContent', 'countTokens'],
        },
      ],
    });
    const one = await ask(path.replace('/models', '/models/raw/a/b-1'), { headers });
    expect(one.json).toEqual(geminiBig);
  });

  it('is paged', async () => {
    const { ask } = await start(many(5));
    const names: string[] = [];
    let token = '';
    let pages = 0;
    do {
      const { json } = await ask(`/v1beta/models?pageSize=2&pageToken=${token}`, { headers: withKey() });
      const { models, nextPageToken = '' } = json as { models: { name: string }[]; nextPageToken?: string };
      names.push(...models.map(({ name }) => name));
      token = nextPageToken;
      pages += 1;
    } while (token !== '');
    expect([pages, names]).toEqual([3, many(5).map(({ id }) => `models/${id}`)]);
  });

  it('is whole for tools that read one page, as far as one goes', async () => {
    const { ask } = await start(many(1200));
    for (const query of ['', '?pageSize=0', '?page_size=9999']) {
      const { json } = await ask(`/v1beta/models${query}`, { headers: withKey() });
      expect((json as { models: unknown[] }).models).toHaveLength(1000);
    }
  });

  it.each(['pageSize=-1', 'pageSize=x', 'pageToken=x', 'pageToken=cGFybGV5OngK'])(
    'refuses %s',
    async query => {
      const { ask } = await start();
      const answer = await ask(`/v1beta/models?${query}`, { headers: withKey() });
      expect([answer.status, answer.json]).toMatchObject([400, { error: { status: 'INVALID_ARGUMENT' } }]);
    },
  );
});

describe('a model that is not there', () => {
  it.each([
    ['/v1/models/raw/none', withKey(), { error: { code: 'model_not_found' } }],
    ['/v1/models/raw/none', anthropic(), { type: 'error', error: { type: 'not_found_error' } }],
    ['/v1beta/models/raw/none', withKey(), { error: { code: 404, status: 'NOT_FOUND' } }],
    ['/v1beta/models/', withKey(), { error: { code: 404, status: 'NOT_FOUND' } }],
    ['/v1/models/', anthropic(), { type: 'error', error: { type: 'not_found_error' } }],
  ])('%s is 404 in the envelope of the dialect', async (path, headers, envelope) => {
    const { ask } = await start();
    const answer = await ask(path, { headers });
    expect([answer.status, answer.json]).toMatchObject([404, envelope]);
  });
});

describe('without a key', () => {
  it.each([
    ['/v1/models', {}, { error: { code: 'invalid_api_key' } }],
    ['/v1/models', { 'anthropic-version': '2023-06-01' }, { error: { type: 'authentication_error' } }],
    ['/v1/models', { 'x-goog-api-key': 'no' }, { error: { status: 'UNAUTHENTICATED' } }],
    ['/v1beta/models', {}, { error: { status: 'UNAUTHENTICATED' } }],
    ['/api/tags', {}, { error: expect.stringContaining('gateway key') as unknown }],
  ])('%s %j is refused in the envelope of the dialect', async (path, headers, envelope) => {
    const { ask } = await start();
    const answer = await ask(path, { headers });
    expect([answer.status, answer.json]).toMatchObject([401, envelope]);
  });
});

describe("vendors' own clients", () => {
  it('openai', async () => {
    const { url } = await start(many(30));
    const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: KEY });
    const ids: string[] = [];
    for await (const { id } of client.models.list()) ids.push(id);
    expect(ids).toEqual(many(30).map(({ id }) => id));
    expect((await client.models.retrieve('raw/m-3')).id).toBe('raw/m-3');
  });

  it('@anthropic-ai/sdk, page by page', async () => {
    const { url } = await start(many(30));
    const client = new Anthropic({ baseURL: url, apiKey: KEY });
    const ids: string[] = [];
    for await (const { id } of client.models.list({ limit: 7 })) ids.push(id);
    expect(ids).toEqual(many(30).map(({ id }) => id));
    expect((await client.models.retrieve('raw/m-3')).display_name).toBe('m-3');
  });

  it('@google/genai, page by page', async () => {
    const { url } = await start([...many(29), big]);
    const client = new GoogleGenAI({ apiKey: KEY, httpOptions: { baseUrl: url } });
    const names: (string | undefined)[] = [];
    for await (const { name } of await client.models.list({ config: { pageSize: 7 } })) names.push(name);
    expect(names).toEqual([...many(29), big].map(({ id }) => `models/${id}`));
    expect((await client.models.get({ model: 'raw/a/b-1' })).inputTokenLimit).toBe(200_000);
  });
});
