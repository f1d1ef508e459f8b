import { describe, expect, it } from 'vitest';

import { applyDelta, emptyCompletion } from '../../electron/contract/completion.ts';
import type { Completion } from '../../electron/contract/completion.ts';
import type { Delta } from '../../electron/contract/deltas.ts';
import { isJsonObject } from '../../electron/contract/json.ts';
import type { Json, JsonObject } from '../../electron/contract/json.ts';
import type { ChatRequest } from '../../electron/contract/request.ts';
import type { Dialect } from '../../electron/dialects/dialect.ts';
import { matchRoute } from '../../electron/dialects/match-route.ts';
import { openaiResponses } from '../../electron/dialects/openai_responses/index.ts';
import { dialects } from '../../electron/dialects/registry.ts';
import { decodeChunks, readObject, singleBytes } from './read-fixtures.ts';

// Codex offers tools only the Responses format has words for, and runs them itself: a turn of it must work with every
// upstream, and its calls come back in its own words.

const upstreams: Dialect[] = Object.values(dialects);
const { server } = openaiResponses;
const context = { id: 'own', model: 'm', created: 1763787600, wants_usage: true };
const patch = '*** Begin Patch\n*** Add File: "é".txt\n+\\n 👋\n*** End Patch\n';

/** The request as it goes to another vendor: what only this format knows stays behind. */
function askAs(name: string): ChatRequest {
  const { extra: _extra, ...request } = server.decodeRequest(
    readObject('openai_responses', name, 'request.json'),
  ).request;
  return request;
}

/** What the upstream reads of it. */
function receive(upstream: Dialect, request: ChatRequest): ChatRequest {
  const model = { id: 'm', reasoning: true };
  const sent = asJson(upstream.client.encodeRequest(request, model));
  const route = matchRoute(
    upstream.server.routes,
    upstream.client.path(model, { stream: true }).split('?')[0] ?? '',
  );
  return upstream.server.decodeRequest(sent, route).request;
}

function asJson(value: JsonObject): JsonObject {
  return JSON.parse(JSON.stringify(value)) as JsonObject; // an object was stringified
}

const calls: [string, JsonObject][] = [
  ['exec_command', { cmd: 'ls' }],
  ['apply_patch', { input: patch }],
  ['mcp__docs__search', { q: 'x' }],
  ['mcp__calendar__create_event', { title: 'y' }],
  ['tool_search', { query: 'z' }],
];

const answer: Delta[] = [
  { type: 'message', id: 'resp_1', model: 'm' },
  ...calls.flatMap(([name, input], index): Delta[] => {
    const text = JSON.stringify(input);
    return [
      { type: 'block_start', block: 'tool_use', index, id: `call_${index}`, name },
      { type: 'block_delta', block: 'tool_use', index, delta: text.slice(0, 13) },
      { type: 'block_delta', block: 'tool_use', index, delta: text.slice(13) },
    ];
  }),
  { type: 'message', finish_reason: 'tool_use' },
];

function fold(deltas: Delta[]): Completion {
  const completion = emptyCompletion();
  for (const delta of deltas) applyDelta(completion, delta);
  return completion;
}

/** Items of the answer as Codex reads them, streamed and whole. */
function itemsThrough(upstream: Dialect, request: ChatRequest): { streamed: Json[]; whole: Json[] } {
  const theirs = upstream.server.createEncoder({ ...context, request: receive(upstream, request) });
  const bytes = Buffer.from(answer.map(delta => theirs.encode(delta)).join('') + theirs.finish(fold(answer)));
  const deltas = decodeChunks(upstream, singleBytes(bytes));
  const ours = server.createEncoder({ ...context, request });
  const frames = deltas.map(delta => ours.encode(delta)).join('') + ours.finish(fold(deltas));
  const streamed = [...frames.matchAll(/^data: (\{"type":"response\.output_item\.done".*\})$/gm)].map(
    ([, data]) => (JSON.parse(data ?? '') as { item: Json }).item, // see the pattern
  );
  const body = asJson(upstream.server.encodeResponse(fold(answer), context));
  const again = fold(upstream.client.decodeResponse(body, request));
  const { output } = asJson(server.encodeResponse(again, { ...context, request }));
  return { streamed, whole: Array.isArray(output) ? output : [] };
}

const anyId = expect.any(String) as string;
const expectedItems = [
  { type: 'function_call', name: 'exec_command', arguments: '{"cmd":"ls"}' },
  { type: 'custom_tool_call', name: 'apply_patch', input: patch },
  { type: 'function_call', name: 'search', namespace: 'mcp__docs', arguments: '{"q":"x"}' },
  { type: 'function_call', name: 'create_event', namespace: 'mcp__calendar', arguments: '{"title":"y"}' },
  { type: 'tool_search_call', execution: 'client', arguments: { query: 'z' } },
].map((item, index) => ({ ...item, id: anyId, call_id: `call_${index}`, status: 'completed' }));

describe.each(upstreams)('a turn of Codex through $name', upstream => {
  it('offers its tools as functions, those it found on the way among them', () => {
    const { tools = [] } = receive(upstream, askAs('request-codex-tools'));
    expect(tools.map(tool => tool.name)).toEqual([
      'exec_command',
      'apply_patch',
      'mcp__docs__search',
      'mcp__docs__read',
      'tool_search',
      'mcp__calendar__create_event',
    ]);
    expect(JSON.stringify(tools[1]?.input_schema)).toContain('Lark grammar');
  });

  it('tells what was called and what came of it', () => {
    const { messages } = receive(upstream, askAs('request-codex-tools'));
    const blocks = messages.flatMap(message => message.content);
    expect(blocks.flatMap(block => (block.type === 'tool_use' ? [[block.name, block.input]] : []))).toEqual([
      ['exec_command', { cmd: 'cat a.txt' }],
      ['mcp__docs__search', { q: 'typo' }],
      ['apply_patch', { input: expect.stringContaining('*** Begin Patch\n') }],
      ['tool_search', { query: 'calendar', limit: 2 }],
    ]);
    const results = blocks.flatMap(block => (block.type === 'tool_result' ? [block.tool_use_id] : []));
    expect(results).toEqual(['call_1', 'call_2', 'call_3', 'call_4']);
  });

  it('takes tools that stand in the conversation', () => {
    const request = receive(upstream, askAs('request-codex-lite'));
    expect(request.system).toBe('You are Codex.');
    expect(request.tools?.map(tool => tool.name)).toEqual(['exec', 'wait']);
    expect(request.options.reasoning_effort).toBeDefined();
  });

  it('gets its calls back in its own words', () => {
    const request = askAs('request-codex-tools');
    const { streamed, whole } = itemsThrough(upstream, request);
    const isCall = (item: Json): boolean => isJsonObject(item) && item['type'] !== 'reasoning';
    expect(streamed.filter(isCall)).toEqual(expectedItems);
    expect(whole.filter(isCall)).toEqual(expectedItems);
  });

  it('sends them back as they were asked', () => {
    const request = askAs('request-codex-tools');
    const { streamed } = itemsThrough(upstream, request);
    const body = {
      ...readObject('openai_responses', 'request-codex-tools', 'request.json'),
      input: streamed,
    };
    const [turn] = server.decodeRequest(body).request.messages;
    expect(
      turn?.content.flatMap(block => (block.type === 'tool_use' ? [[block.name, block.input]] : [])),
    ).toEqual(calls);
  });
});
