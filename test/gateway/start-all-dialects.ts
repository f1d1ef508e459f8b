import { onTestFinished } from 'vitest';

import { configSchema } from '../../electron/contract/config.ts';
import type { GatewayConfig } from '../../electron/contract/config.ts';
import { dialects } from '../../electron/dialects/registry.ts';
import { createGateway } from '../../electron/gateway/create-gateway.ts';
import { startUpstream } from '../support/scripted-upstream.ts';
import type { ScriptedUpstream } from '../support/scripted-upstream.ts';
import { createTestEngine } from '../support/test-engine.ts';
import type { TestEngine } from '../support/test-engine.ts';

export type Asked = { status: number; headers: Headers; text: string; json: Record<string, unknown> };

export type AllDialects = {
  upstream: ScriptedUpstream;
  engine: TestEngine;
  url: string;
  /** POST with the key, or GET where there is no body. */
  ask: (
    path: string,
    body?: unknown,
    options?: { headers?: Record<string, string>; method?: string },
  ) => Promise<Asked>;
};

/** Backends by the dialect their upstream speaks; `hooked` is OpenAI's with a hook on bodies. */
const scripts = {
  openai: 'return { dialect = "openai_completions", base_url = config.url, auth_type = "none" }',
  below:
    'return { dialect = "openai_completions", base_url = config.url, auth_type = "none", completions_endpoint = "/v4/chat/completions" }',
  hooked: `return { dialect = "openai_completions", base_url = config.url, auth_type = "none",
    modify_body = function(body) body.hooked = true return body end }`,
  responses: 'return { dialect = "openai_responses", base_url = config.url, auth_type = "none" }',
  anthropic: 'return { dialect = "anthropic_messages", base_url = config.url, auth_type = "none" }',
  gemini: 'return { dialect = "google_gemini", base_url = config.url, auth_type = "none" }',
  ollama: 'return { dialect = "ollama_chat", base_url = config.url, auth_type = "none" }',
};

/** The gateway on the real engine, with one upstream behind a backend of each dialect. */
export async function startAllDialects(
  answer?: ScriptedUpstream['answer'],
  settings: {
    gateway?: Partial<GatewayConfig>;
    scripts?: Record<string, string>;
    aliases?: Record<string, string[]>;
  } = {},
): Promise<AllDialects> {
  const upstream = await startUpstream(answer);
  const all = { ...scripts, ...settings.scripts };
  const engine = createTestEngine({
    config: {
      llm: {
        backends: Object.keys(all).map(name => ({ name, type: name, url: upstream.url })),
        retry: { max_attempts: 1 },
        aliases: settings.aliases ?? {},
      },
    },
    shipped: all,
  });
  const config: GatewayConfig = { ...configSchema.parse({}).gateway, ...settings.gateway };
  const gateway = createGateway({
    engine: engine.engine,
    dialects,
    verifyKey: key => (key === 'k' ? { id: '1', name: 'tool' } : undefined),
    config: () => config,
    version: '0',
  });
  const { url } = await gateway.listen(0);
  onTestFinished(async () => {
    await gateway.close({ graceMs: 0 });
    await engine.close();
    await upstream.close();
  });
  return {
    upstream,
    engine,
    url,
    async ask(path, body, { headers, method } = {}) {
      const response = await fetch(url + path, {
        method: method ?? (body === undefined ? 'GET' : 'POST'),
        headers: { authorization: 'Bearer k', ...headers },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, headers: response.headers, text, json: parse(text) };
    },
  };
}

function parse(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}
