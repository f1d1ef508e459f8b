import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { onTestFinished } from 'vitest';

import { apiCalls } from '../../electron/contract/api.ts';
import type { ApiCallName, ApiInput, ApiOutput } from '../../electron/contract/api.ts';
import { AppError } from '../../electron/contract/errors.ts';
import { createCore } from '../../electron/core.ts';
import type { Core } from '../../electron/core.ts';
import { findResources } from '../../electron/resources.ts';
import { startUpstream } from '../support/scripted-upstream.ts';
import type { ScriptedUpstream } from '../support/scripted-upstream.ts';
import { makeDataDir, writeScript } from '../support/start-parley.ts';

export const backendKey = 'sk-the-backends-own-key-0123';

export type WholeParley = {
  core: Core;
  url: string;
  dataDir: string;
  upstream: ScriptedUpstream;
  problems: AppError[];
  events: { name: string; payload: unknown }[];
  /** A call of the page. Throws what it refuses. */
  ask: <N extends ApiCallName>(name: N, input: ApiInput<N>) => Promise<ApiOutput<N>>;
  /** A question to `work/<model>` in OpenAI's chat format, with a gateway key. */
  chat: (key: string, body?: Record<string, unknown>, headers?: Record<string, string>) => Promise<Response>;
  close(): Promise<void>;
};

type Options = {
  env?: Record<string, string>;
  /** What stands under `gateway:` in parley.yaml. */
  gateway?: string;
  aliases?: string;
  dataDir?: string;
};

/** Everything but the window, on a folder of its own, with the scripted upstream as its backends `work` and `other`. */
export async function startWholeParley(options: Options = {}): Promise<WholeParley> {
  const upstream = await startUpstream();
  onTestFinished(() => upstream.close());
  const dataDir = options.dataDir ?? makeDataDir();
  const models = '[{ id: small, input_cost: 1000, output_cost: 2000 }, { id: unpriced }]';
  const backend = (name: string): string =>
    `    - { name: ${name}, type: plain, url: "${upstream.url}", api_key: "${backendKey}", models: ${models} }`;
  writeFileSync(
    join(dataDir, 'parley.yaml'),
    [
      'llm:',
      '  retry: { max_attempts: 2, backoff: fixed }',
      `  aliases: ${options.aliases ?? '{ fast: [work/small] }'}`,
      '  backends:',
      backend('work'),
      backend('other'),
      `gateway: ${options.gateway ?? '{ port: 0 }'}`,
    ].join('\n'),
  );
  const source =
    'return { name = "Plain", protocol = "openai_compat", base_url = config.url, completions_endpoint = "/v1/chat/completions", auth_type = "bearer", auth_key = config.api_key }';
  writeScript(dataDir, 'plain', source);
  const problems: AppError[] = [];
  const core = await createCore({
    dataDir,
    resources: findResources(),
    env: options.env ?? {},
    onProblem: error => problems.push(error),
  });
  const { url } = await core.startGateway({ port: 0 });
  let isClosed = false;
  const close = async (): Promise<void> => {
    if (isClosed) return;
    isClosed = true;
    await core.close();
  };
  onTestFinished(async () => {
    await close();
    rmSync(dataDir, { recursive: true, force: true });
  });
  const events: WholeParley['events'] = [];
  core.api.on(event => events.push(event));
  return {
    core,
    url,
    dataDir,
    upstream,
    problems,
    events,
    async ask(name, input) {
      const result = await core.api.call(name, input);
      if (!result.ok) throw new AppError(result.error.code, result.error.message);
      // Safe: parsed by the schema of this very call.
      return apiCalls[name].output.parse(result.value) as never;
    },
    chat: (key, body = {}, headers = {}) =>
      fetch(`${url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ model: 'work/small', messages: [{ role: 'user', content: 'Hi' }], ...body }),
      }),
    close,
  };
}

/** Reads an answer to its end and returns its status. */
export async function statusOf(response: Promise<Response>): Promise<number> {
  const answer = await response;
  await answer.arrayBuffer();
  return answer.status;
}
