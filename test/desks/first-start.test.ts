import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import { describe, expect, it, onTestFinished, test } from 'vitest';

import { createFirstStartHandlers } from '../../electron/api/first-start-handlers.ts';
import type { BackendCheck, BackendStatus } from '../../electron/contract/backends.ts';
import { firstStartCalls } from '../../electron/contract/first-start-calls.ts';
import { createScriptHost } from '../../electron/engine/lua/script-host.ts';
import { inspectProvider } from '../../electron/engine/inspect-provider.ts';
import { openScriptLibrary } from '../../electron/engine/script-library.ts';
import { lookAround, ollamaAddress, readKeyProviders } from '../../electron/desks/first-start.ts';
import { findResources } from '../../electron/resources.ts';

const resources = findResources();
const library = openScriptLibrary({
  userDir: join(import.meta.dirname, 'nowhere'),
  builtInDir: resources.providersDir,
});

/** A server on a free port that answers one path. */
async function serve(path: string, body: string, status = 200): Promise<string> {
  const server = createServer((request, response) => {
    response.statusCode = request.url === path ? status : 404;
    response.end(body);
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  // A server that listens on a port has an address of this kind.
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

describe('what is on this machine', () => {
  it('names the keys of the environment, and never their values', async () => {
    const env = { OPENAI_API_KEY: 'sk-secret', GROQ_API_KEY: ' ', GITHUB_TOKEN: 'ghp', SHELL: '/bin/sh' };
    const found = await lookAround({ library, env, servers: [] });
    expect(found.keys).toEqual([{ type: 'openai', name: 'OpenAI', env: 'OPENAI_API_KEY' }]);
    expect(found.providers).toContainEqual({ type: 'groq', name: 'Groq' });
    const crossed = firstStartCalls['first_start.look'].output.parse(found);
    expect(JSON.stringify(crossed)).not.toContain('sk-secret');
  });

  it('finds the servers that answer as Ollama and LM Studio do', async () => {
    const ollama = await serve('/api/tags', '{"models":[{"name":"a"},{"name":"b"}]}');
    const lmStudio = await serve('/v1/models', '{"data":[]}');
    const servers = [
      { type: 'ollama', name: 'Ollama', url: ollama, path: '/api/tags', listOf: 'models' },
      { type: 'lmstudio', name: 'LM Studio', url: lmStudio, path: '/v1/models', listOf: 'data' },
    ] as const;
    expect((await lookAround({ library, env: {}, servers })).servers).toEqual([
      { type: 'ollama', name: 'Ollama', url: ollama, models: 2 },
      { type: 'lmstudio', name: 'LM Studio', url: lmStudio, models: 0 },
    ]);
  });

  it.each([
    ['an error', '{"models":[]}', 500],
    ['a page', '<html>', 200],
    ['another list', '{"data":[]}', 200],
    ['no object', 'null', 200],
  ])('takes %s for no server of the kind', async (_what, body, status) => {
    const url = await serve('/api/tags', body, status);
    const servers = [{ type: 'ollama', name: 'Ollama', url, path: '/api/tags', listOf: 'models' }] as const;
    expect((await lookAround({ library, env: {}, servers })).servers).toEqual([]);
  });

  it('waits for a server that says nothing no longer than it was told to', async () => {
    const server = createServer(() => undefined).listen(0, '127.0.0.1');
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    await once(server, 'listening');
    const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`; // as above
    const servers = [{ type: 'ollama', name: 'Ollama', url, path: '/', listOf: 'models' }] as const;
    expect((await lookAround({ library, env: {}, servers, timeoutMs: 50 })).servers).toEqual([]);
  });

  it.each([
    [undefined, 'http://localhost:11434'],
    ['', 'http://localhost:11434'],
    ['127.0.0.1:4000', 'http://127.0.0.1:4000'],
    ['0.0.0.0', 'http://localhost:11434'],
    ['box.lan', 'http://box.lan:11434'],
    ['https://box.lan', 'https://box.lan'],
    ['not an address', 'http://localhost:11434'],
  ])('OLLAMA_HOST %j leads to %s', (host, url) => expect(ollamaAddress(host)).toBe(url));
});

test('what is read of the built-in scripts is what they say when they run', { timeout: 60_000 }, async () => {
  const host = createScriptHost({ workerFile: resources.luaWorkerFile, wasmFile: resources.wasmFile });
  onTestFinished(() => host.close());
  const known = (await library.list()).filter(({ type }) => type !== 'eliza');
  const said = await Promise.all(
    known.map(async ({ type }) => {
      const { text } = await library.read(type);
      const { name, env, base_url: url } = await inspectProvider(`${type}.lua`, text, { host, library });
      return url.startsWith('https:') && env.length > 0 ? [{ type, name, env: env.join(' ') }] : [];
    }),
  );
  const expected = said
    .flat()
    .filter(({ type }) => type !== 'github-models')
    .toSorted((a, b) => a.name.localeCompare(b.name));
  expect(expected.length).toBeGreaterThan(10);
  expect(await readKeyProviders(library)).toEqual(expected);
});

describe('using a provider', () => {
  const status = (name: string, demo = false) => ({ name, type: name, demo }) as BackendStatus; // the rest is not read
  const setUp = (check: Partial<BackendCheck>, backends: BackendStatus[] = [status('eliza', true)]) => {
    const done: string[] = [];
    const note =
      (what: string) =>
      (...facts: unknown[]): Promise<void> => {
        done.push(`${what} ${JSON.stringify(facts)}`);
        return Promise.resolve();
      };
    const handlers = createFirstStartHandlers({
      engine: {
        listBackends: () => Promise.resolve(backends),
        checkBackend: name => Promise.resolve({ ...status(name), ...check } as BackendCheck),
      },
      edits: { addBackend: note('add'), saveKey: note('key'), removeBackend: note('remove') },
      lookAround: () => Promise.resolve({ keys: [], servers: [], providers: [] }),
    });
    return { handlers, done };
  };

  it('adds the backend, saves its key and says how many models it has', async () => {
    const { handlers, done } = setUp({ ok: true, models: 3, error: null });
    const used = await handlers['first_start.use']({ type: 'openai', api_key: 'sk-x' });
    expect(used).toEqual({ backend: 'openai', models: 3 });
    expect(done).toEqual(['add [{"name":"openai","type":"openai"}]', 'key ["openai","sk-x"]']);
  });

  it.each([
    [
      'a refused key',
      { ok: false, models: null, error: 'openai refused the key.' },
      'openai refused the key.',
    ],
    ['a server without models', { ok: true, models: 0, error: null }, /no models yet/],
  ])('leaves nothing behind after %s', async (_what, check, message) => {
    const { handlers, done } = setUp(check);
    await expect(handlers['first_start.use']({ type: 'openai', url: 'http://a' })).rejects.toThrow(message);
    expect(done).toEqual(['add [{"name":"openai","type":"openai","url":"http://a"}]', 'remove ["openai"]']);
  });

  it('looks around only where nothing is set up', async () => {
    expect(await setUp({}).handlers['first_start.look']({})).toEqual({
      keys: [],
      servers: [],
      providers: [],
    });
    expect(await setUp({}, [status('work')]).handlers['first_start.look']({})).toBeNull();
  });
});
