import { readFileSync } from 'node:fs';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { JsonObject } from '../../electron/contract/json.ts';
import { dialectNames, modelFactsSchema } from '../../electron/contract/models.ts';
import { requestOptionsSchema } from '../../electron/contract/request.ts';
import type { LoadedScript, ScriptHost } from '../../electron/engine/lua/script-host.ts';
import { contractFields, describeProvider, hookNames } from '../../electron/engine/provider-description.ts';
import { sendJson, startUpstream } from '../support/scripted-upstream.ts';
import { createTestEngine } from '../support/test-engine.ts';
import { createProviderHost } from './load-provider.ts';

const guide = readFileSync(new URL('../../docs/providers.md', import.meta.url), 'utf8');
const annotations = readFileSync(new URL('../../providers/provider.d.lua', import.meta.url), 'utf8');

const blocks = [...guide.matchAll(/^( *)```lua\n([\s\S]*?)^ *```$/gm)].map(([, indent = '', text = '']) =>
  text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
);
const scripts = blocks.filter(block => block.startsWith('-- providers/'));
const hooks = blocks.filter(block => block.startsWith('function provider.'));

let host: ScriptHost;

beforeAll(() => {
  host = createProviderHost();
});

afterAll(() => host.close());

function load(text: string, answers: Record<string, string> = {}): Promise<LoadedScript> {
  return host.load(
    { name: 'guide', file: 'providers/guide.lua', text, trusted: false },
    { name: 'guide', url: '', api_key: '' },
    {
      fetch: ({ url }) => {
        const body = answers[url];
        return body === undefined
          ? Promise.reject(new Error(url))
          : Promise.resolve({ status: 200, headers: {}, body });
      },
      log: () => {},
    },
  );
}

function nameOf(script: string): string {
  return /^-- providers\/([\w-]+)\.lua/.exec(script)?.[1] ?? script;
}

function scriptNamed(name: string): string {
  const script = scripts.find(each => nameOf(each) === name);
  if (script === undefined) throw new Error(`The guide has no example named ${name}.`);
  return script;
}

describe('the scripts of the guide', () => {
  test('there are the quick start and five worked examples', () => {
    expect(scripts.map(nameOf)).toEqual(['my-provider', 'homelab', 'acme', 'ponder', 'crossroads', 'tokens']);
  });

  test.each(scripts.map(script => [nameOf(script), script]))(
    '%s keeps the contract',
    async (_name, script) => {
      const { table, hooks: found } = await load(script);
      expect(() => describeProvider(table, found, 'guide.lua')).not.toThrow();
    },
  );

  test('homelab reads its own list', async () => {
    const script = await load(scriptNamed('homelab'));
    expect(await script.call('parse_models', [{ models: [{ name: 'a' }] }])).toEqual([
      [{ id: 'a', name: 'a' }],
    ]);
  });

  test('acme needs no hook', async () => {
    const { table, hooks: found } = await load(scriptNamed('acme'));
    expect(describeProvider(table, found, 'guide.lua')).toMatchObject({
      completions_path: '/v4/chat/completions',
      auth: { type: 'header', name: 'x-acme-key' },
      hooks: new Set(),
    });
  });

  test('ponder switches thinking', async () => {
    const script = await load(scriptNamed('ponder'));
    const ask = (effort: string) =>
      script.call('modify_body', [{ reasoning_effort: effort }, {}, { reasoning_effort: effort }]);
    expect(await ask('high')).toEqual([{ thinking: { type: 'enabled' } }]);
    expect(await ask('none')).toEqual([{ thinking: { type: 'disabled' } }]);
  });

  test('crossroads carries its key by address', async () => {
    const script = await load(scriptNamed('crossroads'));
    const headersFor = async (path: string) => {
      const request = { method: 'POST', url: `https://crossroads.example/api${path}`, headers: {} };
      return (await script.call('authenticate', [request, { api_key: 'k' }]))[0];
    };
    expect(await headersFor('/v1/messages')).toMatchObject({ headers: { 'x-api-key': 'k' } });
    expect(await headersFor('/v1/responses')).toMatchObject({ headers: { authorization: 'Bearer k' } });
  });

  test('tokens asks for its token once', async () => {
    const answers = { 'https://login.acme.com/token': '{"token":"t1"}' };
    const script = await load(scriptNamed('tokens'), answers);
    const request = { method: 'POST', url: 'https://api.acme.com/v1/chat/completions', headers: {} };
    const expected = [{ ...request, headers: { authorization: 'Bearer t1' } }];
    expect(await script.call('authenticate', [request, { api_key: 's' }])).toEqual(expected);
    answers['https://login.acme.com/token'] = '{"token":"t2"}';
    expect(await script.call('authenticate', [request, { api_key: 's' }])).toEqual(expected);
  });

  test('each hook has an example that loads', async () => {
    const names = hooks.map(block => /^function provider\.(\w+)/.exec(block)?.[1]);
    expect(new Set(names)).toEqual(new Set(hookNames));
    const { hooks: found } = await load(`local provider = {}\n${hooks.join('\n')}\nreturn provider`);
    expect(new Set(found)).toEqual(new Set(hookNames));
  });
});

describe('the worked examples in use', () => {
  const key = 'sk-example-0123456789';
  const calls: [
    name: string,
    model: string,
    path: string,
    headers: Record<string, string>,
    body?: JsonObject,
  ][] = [
    ['homelab', 'a', '/v1/chat/completions', {}],
    ['acme', 'a', '/v4/chat/completions', { 'x-acme-key': key, 'x-acme-version': '2026-01-01' }],
    [
      'ponder',
      'ponder-1',
      '/v1/chat/completions',
      { authorization: `Bearer ${key}` },
      { thinking: { type: 'enabled' } },
    ],
    ['crossroads', 'open-large', '/v1/chat/completions', { authorization: `Bearer ${key}` }],
    ['crossroads', 'claude-large', '/v1/messages', { 'x-api-key': key }],
    ['crossroads', 'gpt-large', '/v1/responses', { authorization: `Bearer ${key}` }],
  ];

  test.each(calls)('%s asks %s at %s', async (type, model, path, headers, body = {}) => {
    const upstream = await startUpstream((_request, response) =>
      sendJson(response, 400, { error: { message: 'enough' } }),
    );
    const test = createTestEngine({
      scripts: { [type]: scriptNamed(type) },
      config: {
        llm: {
          backends: [{ name: 'b', type, url: upstream.url, ...(type !== 'homelab' && { api_key: key }) }],
        },
      },
    });
    const context = {
      client: 'test',
      dialect_in: null,
      model_asked: 'b',
      signal: new AbortController().signal,
    };
    const request = { messages: [], options: { reasoning_effort: 'high' as const }, stream: true };
    const asked = test.engine.streamDeltas(await test.engine.resolveModel(`b/${model}`), request, context);
    await expect(asked).rejects.toMatchObject({ code: 'http_error' });
    expect(upstream.requests[0]).toMatchObject({ method: 'POST', path, headers });
    expect(JSON.parse(upstream.requests[0]?.body ?? '')).toMatchObject(body);
    await test.close();
    await upstream.close();
  });

  test('tokens reaches its login once that is granted, and not before', async () => {
    const [login, upstream] = await Promise.all([
      startUpstream((_request, response) => sendJson(response, 200, { token: 't1' })),
      startUpstream(),
    ]);
    const source = scriptNamed('tokens').replaceAll('https://login.acme.com', login.url);
    let hosts: string[] = [];
    const test = createTestEngine({
      scripts: { tokens: source },
      config: { llm: { backends: [{ name: 'b', type: 'tokens', url: upstream.url, api_key: key }] } },
      grantsOf: () => Promise.resolve({ hosts, env: [], keychain: [], reviewed: true }),
    });
    const ask = async () => {
      const context = {
        client: 'test',
        dialect_in: null,
        model_asked: 'b',
        signal: new AbortController().signal,
      };
      const request = { messages: [], options: {}, stream: true };
      const stream = await test.engine.streamDeltas(await test.engine.resolveModel('b/m'), request, context);
      for await (const _delta of stream.deltas);
    };
    await expect(ask()).rejects.toThrow(new URL(login.url).host);
    expect(login.requests).toHaveLength(0);
    hosts = [new URL(login.url).host];
    test.engine.reload();
    await ask();
    await ask();
    expect(login.requests.map(({ body }) => body)).toEqual([JSON.stringify({ secret: key })]);
    expect(upstream.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer t1', 'Bearer t1']);
    await test.close();
    await Promise.all([login.close(), upstream.close()]);
  });
});

describe('guide and annotations know the whole contract', () => {
  const words = new Set([
    ...contractFields,
    ...hookNames,
    ...Object.keys(modelFactsSchema.shape),
    ...Object.keys(requestOptionsSchema.shape),
    ...dialectNames,
  ]);

  test.each([...words])('%s', word => {
    expect(guide).toMatch(new RegExp(`[\`"]${word}\\b`));
    expect(annotations).toMatch(new RegExp(`@field ${word}\\??\\b|"${word}"`));
  });

  test('the annotations are Lua', async () => {
    await expect(load(`${annotations}\nreturn {}`)).resolves.toBeDefined();
  });
});
