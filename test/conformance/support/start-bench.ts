import type { LLMock } from '@copilotkit/aimock';

import type { DialectName } from '../../../electron/contract/models.ts';
import type { ScriptedUpstream } from '../../support/scripted-upstream.ts';
import {
  makeDataDir,
  removeDir,
  runParley,
  startParley,
  writeConfig,
  writeScript,
} from '../../support/start-parley.ts';
import type { RunningParley } from '../../support/start-parley.ts';
import { createAimock, scriptedAnswer } from './scenarios.ts';
import { startFront } from './upstream-front.ts';
import type { Front } from './upstream-front.ts';

export type Upstream = {
  dialect: DialectName;
  /** Whether same-dialect answers are translated anyway, because the provider has a hook. */
  hooked: boolean;
  /** Name of the backend that answers; others of the same kind are for what may close it for a while. */
  backend: string;
  model: string;
  /** Where upstream failures go, so that no circuit opens for the rest. */
  failing: string;
  limited: string;
};

const models: Record<DialectName, string> = {
  openai_completions: 'gpt-5.2',
  openai_responses: 'gpt-5.2',
  anthropic_messages: 'claude-sonnet-4-6',
  google_gemini: 'gemini-3-pro-preview',
  ollama_chat: 'qwen3:8b',
};
const authHeaders: Partial<Record<DialectName, string>> = {
  anthropic_messages: 'x-api-key',
  google_gemini: 'x-goog-api-key',
};

/** The five dialects, and the tool's own once more with its answers translated instead of passed on. */
export function upstreamsFor(own: DialectName): Upstream[] {
  const dialects = Object.keys(models) as DialectName[]; // the table's own keys
  return [...dialects.map(dialect => makeUpstream(dialect, false)), makeUpstream(own, true)];
}

export const UPSTREAM_KEY = 'sk-upstream-conformance-0123456789';

export type Bench = {
  url: string;
  key: string;
  dataDir: string;
  parley: RunningParley;
  upstream: ScriptedUpstream;
  /** The body of the newest request an upstream got. */
  lastBody(): Record<string, unknown>;
  stop(): Promise<void>;
};

/** What the upstreams say. */
export type Play = { createAimock(apiKey: string): LLMock } & Pick<Front, 'script' | 'describe'>;

const scenarios: Play = { createAimock, script: scriptedAnswer };

/** `parley serve` in a process of its own, with a backend for every upstream. */
export async function startBench(upstreams: Upstream[], play: Play = scenarios): Promise<Bench> {
  const dataDir = makeDataDir();
  const aimock = play.createAimock(UPSTREAM_KEY);
  await aimock.start();
  const upstream = await startFront({ aimockUrl: aimock.url, apiKey: UPSTREAM_KEY, ...play });
  for (const { dialect, hooked } of upstreams)
    writeScript(dataDir, typeOf(dialect, hooked), script(dialect, hooked));
  const lines = upstreams.flatMap(({ dialect, hooked, backend, model, failing, limited }) =>
    [backend, failing, limited].map(name =>
      JSON.stringify({
        name,
        type: typeOf(dialect, hooked),
        url: upstream.url,
        api_key: UPSTREAM_KEY,
        models: [{ id: model, reasoning: true, input_modalities: ['text', 'image'] }],
      }),
    ),
  );
  writeConfig(
    dataDir,
    `llm:\n  retry: { max_attempts: 1 }\n  backends:\n${lines.map(line => `    - ${line}\n`).join('')}`,
  );
  const parley = await startParley({ dataDir });
  const created = await runParley(['keys', 'create', 'conformance', '--json'], { dataDir });
  const { key } = JSON.parse(created.stdout) as { key: string };
  return {
    url: parley.url,
    key,
    dataDir,
    parley,
    upstream,
    lastBody: () => JSON.parse(upstream.requests.at(-1)?.body ?? 'null') as Record<string, unknown>,
    async stop() {
      await parley.stop();
      await Promise.all([upstream.close(), aimock.stop()]);
      removeDir(dataDir);
    },
  };
}

function makeUpstream(dialect: DialectName, hooked: boolean): Upstream {
  const backend = typeOf(dialect, hooked);
  return {
    dialect,
    hooked,
    backend,
    model: models[dialect],
    failing: `${backend}-failing`,
    limited: `${backend}-limited`,
  };
}

function typeOf(dialect: DialectName, hooked: boolean): string {
  return hooked ? `${dialect}-hooked` : dialect;
}

function script(dialect: DialectName, hooked: boolean): string {
  const header = authHeaders[dialect];
  return `
local provider = {
  name = "Bench", dialect = "${dialect}", base_url = config.url, api_key = config.api_key,
  ${header === undefined ? '' : `auth_header = "${header}",`}
}
${hooked ? 'function provider.modify_events(deltas) return deltas end' : ''}
return provider
`;
}
