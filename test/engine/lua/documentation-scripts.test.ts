import { afterAll, describe, expect, test } from 'vitest';
import { createTestHost, loadScript, readScript } from './load-test-script.ts';

const host = createTestHost();
afterAll(() => host.close());

describe('the example scripts of the documentation run word for word', () => {
  test('ollama: defaults its base URL and lists models from /api/tags', async () => {
    const script = await loadScript(host, readScript('athyr-ollama.lua'), {
      config: { name: 'ollama', api_key: '' },
    });
    expect(script.table).toEqual({
      name: 'ollama',
      protocol: 'openai_compat',
      base_url: 'http://localhost:11434',
      completions_endpoint: '/v1/chat/completions',
      models_endpoint: '/api/tags',
      health_endpoint: '/',
      auth_type: 'none',
    });
    expect(script.hooks).toEqual(['parse_models']);
    const tags = {
      models: [
        { name: 'llama3:8b', size: 4_661_224_676 },
        { name: 'qwen3:4b', details: null },
      ],
    };
    expect(await script.call('parse_models', [tags])).toEqual([
      [
        { id: 'llama3:8b', name: 'llama3:8b' },
        { id: 'qwen3:4b', name: 'qwen3:4b' },
      ],
    ]);
    expect(await script.call('parse_models', [{}])).toEqual([[]]);
  });

  test('openrouter: takes its key from config and sends its headers', async () => {
    const config = { name: 'openrouter', url: 'https://proxy.example/v1', api_key: 'sk-or-1' };
    const script = await loadScript(host, readScript('athyr-openrouter.lua'), { config });
    expect(script.table).toEqual({
      name: 'openrouter',
      protocol: 'openai_compat',
      base_url: 'https://proxy.example/v1',
      completions_endpoint: '/chat/completions',
      models_endpoint: '/models',
      auth_type: 'bearer',
      auth_key: 'sk-or-1',
      headers: { 'HTTP-Referer': 'https://athyr.io', 'X-Title': 'Athyr' },
    });
    const response = { data: [{ id: 'a/b', name: 'B' }, { id: 'c/d' }] };
    expect(await script.call('parse_models', [response])).toEqual([
      [
        { id: 'a/b', name: 'B' },
        { id: 'c/d', name: 'c/d' },
      ],
    ]);
  });

  test('request hook: adds headers from config and from the request', async () => {
    const config = { url: 'http://localhost:8080', api_key: 'secret-key' };
    const script = await loadScript(host, readScript('athyr-request-hook.lua'), { config });
    const request = {
      headers: { accept: 'text/event-stream' },
      model: 'm-1',
      method: 'POST',
      url: 'http://localhost:8080/x',
    };
    expect(await script.call('on_request', [request])).toEqual([
      {
        ...request,
        headers: {
          accept: 'text/event-stream',
          'X-Custom-Auth': 'token-secret-key',
          'X-Request-Model': 'm-1',
        },
      },
      null,
    ]);
  });
});
