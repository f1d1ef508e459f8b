import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { applyDelta, emptyCompletion } from '../../electron/contract/completion.ts';
import type { Delta } from '../../electron/contract/deltas.ts';
import { AppError } from '../../electron/contract/errors.ts';
import { isJsonObject } from '../../electron/contract/json.ts';
import type { ChatRequest } from '../../electron/contract/request.ts';
import type { Dialect, RouteMatch } from '../../electron/dialects/dialect.ts';
import { matchRoute } from '../../electron/dialects/match-route.ts';
import { dialects } from '../../electron/dialects/registry.ts';
import { mutate, mutations } from './support/mutate-request.ts';
import { validRequests } from './support/valid-requests.ts';

const all: Dialect[] = Object.values(dialects);
/** The same every time, and one that is new every time: a failure prints which. */
const seeds = [1, 293806712, Math.floor(Math.random() * 2 ** 31)];
const RUNS = 10_000;

describe.each(all)('10 000 mutated requests of $name', tool => {
  const valid = validRequests(tool.name);
  const route = routeOf(tool);

  it.each(seeds)('are taken or refused by name, by it and on the way to all others (seed %i)', seed => {
    fc.assert(
      fc.property(mutations, ({ base, steps }) => {
        sendThrough(tool, mutate(valid[base % valid.length] ?? '{}', steps), route);
      }),
      { seed, numRuns: Math.ceil(RUNS / seeds.length), includeErrorInReport: true },
    );
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

const answer: Delta[] = [
  { type: 'block_delta', block: 'thinking', index: 0, delta: 'Hm' },
  { type: 'block_delta', block: 'text', index: 0, delta: 'Hi' },
  { type: 'block_start', block: 'tool_use', index: 0, id: 'call_1', name: 'look' },
  { type: 'block_delta', block: 'tool_use', index: 0, delta: '{}' },
  { type: 'message', finish_reason: 'tool_use', usage: { input_tokens: 1, output_tokens: 1 } },
];

const models = [
  { id: 'gpt-5.2', reasoning: true },
  { id: 'claude-sonnet-4-5' },
  { id: 'claude-opus-4-6', reasoning: true, max_output_tokens: 1000 },
  { id: 'gemini-3-pro-preview', reasoning: false },
];

/** Everything that happens to a body until bytes leave: whatever is refused, is refused as ours, and not as our fault. */
function sendThrough(tool: Dialect, body: Buffer, route: RouteMatch): void {
  const model = models[body.length % models.length] ?? { id: 'm' };
  tolerate(tool, () => void tool.passthrough.readRequest(body, route).rewrite(model.id));
  const parsed = parse(body);
  if (!isJsonObject(parsed)) return;
  const decoded = tolerate(tool, () => tool.server.decodeRequest(parsed, route));
  if (!decoded) return;
  const { request } = decoded;
  for (const upstream of all) {
    const sent = upstream === tool ? request : forOthers(tool, request);
    tolerate(tool, () => {
      upstream.client.path(model, { stream: request.stream });
      return JSON.stringify(upstream.client.encodeRequest(sent, model, () => undefined));
    });
  }
  const context = { id: 'own', model: 'm', created: 1, wants_usage: decoded.wants_usage, request };
  const encoder = tool.server.createEncoder(context);
  const completion = emptyCompletion();
  for (const delta of answer) {
    encoder.encode(delta);
    applyDelta(completion, delta);
  }
  encoder.finish(completion);
  JSON.stringify(tool.server.encodeResponse(completion, context));
}

function forOthers(tool: Dialect, decoded: ChatRequest): ChatRequest {
  const { extra: _extra, ...request } = tool.server.forOthers?.(decoded) ?? decoded;
  return request;
}

/** The result, or undefined where it was refused as it should be. */
function tolerate<T>(tool: Dialect, action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof AppError) || error.code === 'internal') throw error;
    const { status, body } = tool.server.encodeError(error);
    if (status < 400 || status >= 500) throw error;
    expect(JSON.stringify(body)).toContain('error');
    return undefined;
  }
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}

function routeOf({ server, client }: Dialect): RouteMatch {
  const [path = ''] = client.path({ id: 'b/m' }, { stream: true }).split('?');
  const match = matchRoute(server.routes, path);
  if (!match) throw new Error(`nothing answers on ${path}`);
  return match;
}
