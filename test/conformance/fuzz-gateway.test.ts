import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { DialectName } from '../../electron/contract/models.ts';
import { dialects } from '../../electron/dialects/registry.ts';
import { startGateway } from '../gateway/start-gateway.ts';
import type { Answer, Started } from '../gateway/start-gateway.ts';
import { KEY } from '../gateway/start-gateway.ts';
import { startUpstream } from '../support/scripted-upstream.ts';
import type { ScriptedUpstream } from '../support/scripted-upstream.ts';
import { createTestEngine } from '../support/test-engine.ts';
import type { TestEngine } from '../support/test-engine.ts';
import { answerSomehow } from './support/bad-upstream.ts';
import { expectEnvelope } from './support/expect-envelope.ts';
import { deepen, mutate, mutations } from './support/mutate-request.ts';
import { oddRequests, writeOut } from './support/odd-requests.ts';
import type { OddRequest } from './support/odd-requests.ts';
import { BROKEN_MESSAGE } from './support/wire.ts';
import { validRequests } from './support/valid-requests.ts';

const names = Object.keys(dialects) as DialectName[]; // the registry's own
const UPSTREAM_KEY = 'sk-planted-upstream-7d1f0a';
const CALL_KEY = 'sk-planted-call-93be11';
const seeds = [7, Math.floor(Math.random() * 2 ** 31)];
/** The rest of the 10 000 of each dialect go without HTTP, in fuzz-dialects.test.ts. */
const RUNS = 200;

let upstream: ScriptedUpstream;
let engine: TestEngine;

beforeAll(async () => {
  let turn = 0;
  upstream = await startUpstream((seen, response) => {
    turn += 1;
    answerSomehow(turn, seen, response);
  });
  engine = createTestEngine({
    shipped: Object.fromEntries(names.flatMap(name => [script(name, false), script(name, true)])),
    config: {
      llm: {
        retry: { max_attempts: 1 },
        backends: names.flatMap(name =>
          [name, `${name}-hooked`].map(type => ({
            name: type,
            type,
            url: upstream.url,
            api_key: UPSTREAM_KEY,
          })),
        ),
      },
    },
  });
});

afterAll(async () => {
  await engine.close();
  await upstream.close();
});

describe.each(names)('mutated requests of %s over HTTP', tool => {
  const valid = validRequests(tool);

  it.each(seeds)(
    'are answered or refused in its own envelope, and give no key away (seed %i)',
    async seed => {
      const gateway = await startGateway({ engine: engine.engine });
      await fc.assert(
        fc.asyncProperty(mutations, oddRequests, fc.nat(), async ({ base, steps }, odd, pick) => {
          const backend = backendFor(tool, pick);
          const body = mutate(withModel(valid[base % valid.length] ?? '{}', tool, backend), steps);
          check(tool, await send(gateway, { tool, backend, odd, body }), gateway);
        }),
        // What upstreams do differs from try to try: there is nothing to shrink.
        { seed, numRuns: RUNS, endOnFailure: true, includeErrorInReport: true },
      );
      expect(gateway.problems).toEqual([]);
    },
  );

  it('are refused where they are too deep', async () => {
    const gateway = await startGateway({ engine: engine.engine });
    for (const backend of [tool, `${tool}-hooked`, backendFor(tool, 2)]) {
      for (const request of valid) {
        for (let at = 0; at < 3; at += 1) {
          const body = mutate(withModel(request, tool, backend), [{ ...deepen, at: at * 5 }]);
          const answer = await send(gateway, { tool, backend, odd: { headers: {}, query: '' }, body });
          check(tool, answer, gateway);
        }
      }
    }
    expect(gateway.problems).toEqual([]);
  });
});

function script(dialect: DialectName, hooked: boolean): [string, string] {
  const header = { anthropic_messages: 'x-api-key', google_gemini: 'x-goog-api-key' }[dialect as string];
  const hooks = `
function provider.modify_body(body) return body end
function provider.modify_events(deltas) return deltas end`;
  return [
    hooked ? `${dialect}-hooked` : dialect,
    `local provider = {
  name = "Odd", dialect = "${dialect}", base_url = config.url, api_key = config.api_key,
  ${header === undefined ? '' : `auth_header = "${header}",`}
}${hooked ? hooks : ''}
return provider`,
  ];
}

/** Its own dialect as it is and translated, and the others. */
function backendFor(tool: DialectName, pick: number): string {
  const choices = [tool, `${tool}-hooked`, ...names.filter(name => name !== tool)];
  return choices[pick % choices.length] ?? tool;
}

function withModel(request: string, tool: DialectName, backend: string): string {
  return tool === 'google_gemini'
    ? request
    : JSON.stringify({ ...(JSON.parse(request) as object), model: `${backend}/some-model` });
}

type Sending = { tool: DialectName; backend: string; odd: OddRequest; body: Buffer };

async function send(gateway: Started, { tool, backend, odd, body }: Sending): Promise<Answer> {
  const model = `${backend}/some-model${odd.model ?? ''}`;
  const path = dialects[tool].client.path({ id: model }, { stream: body.length % 2 === 0 }).split('?')[0];
  const headers = {
    authorization: `Bearer ${KEY}`,
    'content-type': 'application/json',
    'parley-api-key': odd.ownKey ? CALL_KEY : '',
    ...Object.fromEntries(Object.entries(odd.headers).map(([name, value]) => [name, writeOut(value)])),
  };
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer to ${JSON.stringify(odd)}`)), 8000);
  });
  const answer = gateway.ask(`${String(path)}${writeOut(odd.query)}`, { method: 'POST', headers, body });
  try {
    return await Promise.race([answer, late]);
  } catch (error) {
    // An answer whose upstream broke off can only break off as well.
    if ((error as NodeJS.ErrnoException).code !== 'ECONNRESET') throw error;
    return { status: 200, headers: {}, text: '', json: undefined };
  } finally {
    clearTimeout(timer);
  }
}

function check(tool: DialectName, answer: Answer, gateway: Started): void {
  // Some vendors' word for it inside a stream stands for this status; then it is theirs.
  if (answer.status === 500 && !answer.text.includes(BROKEN_MESSAGE)) throw new Error(`500: ${answer.text}`);
  if (answer.status >= 400) expectEnvelope(tool, answer.json, answer.text);
  const seen = JSON.stringify([
    answer.headers,
    answer.text,
    engine.logs,
    engine.rows.at(-1),
    gateway.problems,
  ]);
  for (const key of [UPSTREAM_KEY, CALL_KEY, KEY])
    expect(seen.includes(key), `gives ${key} away: ${seen}`).toBe(false);
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
}
