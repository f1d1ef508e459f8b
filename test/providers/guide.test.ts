import { readFileSync } from 'node:fs';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { dialectNames, modelFactsSchema } from '../../electron/contract/models.ts';
import { requestOptionsSchema } from '../../electron/contract/request.ts';
import type { LoadedScript, ScriptHost } from '../../electron/engine/lua/script-host.ts';
import { describeProvider, hookNames } from '../../electron/engine/provider-description.ts';
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

describe('guide and annotations know the whole contract', () => {
  const words = [
    ...hookNames,
    ...Object.keys(modelFactsSchema.shape),
    ...Object.keys(requestOptionsSchema.shape),
    ...dialectNames,
  ];

  test.each(words)('%s', word => {
    expect(guide).toMatch(new RegExp(`[\`"]${word}\\b`));
    expect(annotations).toMatch(new RegExp(`@field ${word}\\??\\b|"${word}"`));
  });

  test('the annotations are Lua', async () => {
    await expect(load(`${annotations}\nreturn {}`)).resolves.toBeDefined();
  });
});
