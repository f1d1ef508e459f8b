import { describe, expect, it } from 'vitest';

import { applyDelta, emptyCompletion } from '../../../electron/contract/completion.ts';
import type { JsonObject } from '../../../electron/contract/json.ts';
import type { Dialect } from '../../../electron/dialects/dialect.ts';
import { anthropicMessages } from '../../../electron/dialects/anthropic_messages/index.ts';
import { openaiCompletions } from '../../../electron/dialects/openai_completions/index.ts';
import { decodeChunks, readBytes, readObject } from '../read-fixtures.ts';

// What pairs.test.ts cannot see, because there each dialect reads what it wrote itself: the very words on the wire.

const context = { id: 'own', model: 'own-model', created: 1763787600, wants_usage: true };

const signs = { content_block_start: '+', content_block_delta: '', content_block_stop: '-' };
type BlockEvent = { type: keyof typeof signs; index: number; delta?: { partial_json?: string } };

function isBlockEvent(event: object): event is BlockEvent {
  return 'type' in event && typeof event.type === 'string' && event.type in signs;
}

/** The events a tool gets for a recorded answer of the other vendor. */
function translate(from: Dialect, to: Dialect, name: string): JsonObject[] {
  const deltas = decodeChunks(from, [readBytes(from.name, name, 'stream.sse')]);
  const completion = emptyCompletion();
  for (const delta of deltas) applyDelta(completion, delta);
  const encoder = to.server.createEncoder(context);
  const text = deltas.map(delta => encoder.encode(delta)).join('') + encoder.finish(completion);
  return [...text.matchAll(/^data: (\{.*\})$/gm)].map(([, data]) => JSON.parse(data ?? '') as JsonObject); // see the pattern
}

describe("Claude's answers for a tool that speaks OpenAI", () => {
  const chunks = (name: string) => translate(anthropicMessages, openaiCompletions, name);
  const finishOf = (name: string) =>
    chunks(name)
      .flatMap(chunk => (chunk['choices'] as JsonObject[]).map(choice => choice['finish_reason']))
      .at(-1); // OpenAI's chunks

  it.each([
    ['text', 'stop'],
    ['stop-sequence', 'stop'],
    ['length', 'length'],
    ['context-window', 'length'],
    ['pause', 'length'],
    ['tool-calls', 'tool_calls'],
    ['refusal', 'content_filter'],
  ])('%s ends as %s', (name, reason) => {
    expect(finishOf(name)).toBe(reason);
  });

  it('count the whole prompt, with what came from the cache', () => {
    expect(chunks('cached').at(-1)).toMatchObject({
      choices: [],
      usage: {
        prompt_tokens: 2104,
        completion_tokens: 9,
        total_tokens: 2113,
        prompt_tokens_details: { cached_tokens: 2000, cache_write_tokens: 100 },
      },
    });
  });

  it('count calls from 0, whatever blocks stand before them, and give {} for no arguments', () => {
    const calls = chunks('tool-calls').flatMap(chunk =>
      (chunk['choices'] as JsonObject[]).flatMap(
        choice => ((choice['delta'] as JsonObject)['tool_calls'] ?? []) as JsonObject[],
      ),
    ); // OpenAI's chunks
    const texts = ['', '', ''];
    for (const call of calls)
      texts[Number(call['index'])] += (call['function'] as JsonObject)['arguments'] as string;
    expect(texts).toEqual(['{"city": "Rome"}', '{}', '{"city": "Oslo"}']);
    expect(calls.flatMap(call => call['id'] ?? [])).toEqual(['toolu_01A', 'toolu_01B', 'toolu_01C']);
  });
});

describe("OpenAI's answers for a tool that speaks to Claude", () => {
  const events = (name: string) => translate(openaiCompletions, anthropicMessages, name);
  const stopOf = (name: string) =>
    events(name).flatMap(({ type, delta }) =>
      type === 'message_delta' ? [(delta as JsonObject)['stop_reason']] : [],
    );

  it.each([
    ['text', 'end_turn'],
    ['length', 'max_tokens'],
    ['tool-calls', 'tool_use'],
    ['content-filter', 'refusal'],
    ['refusal', 'refusal'],
  ])('%s stops with %s', (name, reason) => {
    expect(stopOf(name)).toEqual([reason]);
  });

  it('count only the fresh part of the prompt as input', () => {
    const { usage } = events('text').find(({ type }) => type === 'message_delta') ?? {};
    const deltas = decodeChunks(openaiCompletions, [readBytes('openai_completions', 'text', 'stream.sse')]);
    const completion = emptyCompletion();
    for (const delta of deltas) applyDelta(completion, delta);
    const { input_tokens = 0, cache_read_tokens = 0, output_tokens } = completion.usage;
    expect(cache_read_tokens).toBeGreaterThan(0);
    expect(usage).toMatchObject({
      input_tokens: input_tokens - cache_read_tokens,
      cache_read_input_tokens: cache_read_tokens,
      output_tokens,
    });
  });

  it.each(['tool-calls', 'tool-calls-interleaved', 'tool-calls-no-arguments'])(
    '%s has one block after the other, each whole',
    name => {
      const blocks = events(name).filter(isBlockEvent);
      const outline = blocks.map(({ type, index }) => `${index}${signs[type]}`).join(' ');
      // Each index opens, grows and closes before the next one opens.
      expect(outline).toMatch(/^(?:(\d+)\+(?: \1)* \1- ?)+$/);
      const texts = blocks.map(({ type, delta }) =>
        type === 'content_block_start' ? '\n' : (delta?.partial_json ?? ''),
      );
      for (const input of texts.join('').trimStart().split('\n')) {
        expect(() => JSON.parse(input || '{}') as unknown).not.toThrow();
      }
    },
  );
});

it("sends a request of Claude Code to OpenAI's format, with nothing of Anthropic's in it", () => {
  const body = readObject('anthropic_messages', 'request-claude-code', 'request.json');
  const { request } = anthropicMessages.server.decodeRequest(body);
  const { extra, ...known } = request;
  expect(Object.keys(extra ?? {})).toEqual([
    'system',
    'tools',
    'thinking',
    'output_config',
    'context_management',
  ]);
  const sent = openaiCompletions.client.encodeRequest(known, { id: 'gpt-5', reasoning: true });
  expect(sent).toMatchObject({
    model: 'gpt-5',
    max_completion_tokens: 32_000,
    reasoning_effort: 'medium',
    messages: [
      { role: 'system' },
      {
        role: 'user',
        content: [
          { type: 'text', text: '<system-reminder>x</system-reminder>' },
          { type: 'text', text: 'Fix it' },
        ],
      },
      { role: 'assistant', content: null, tool_calls: [{ id: 'toolu_A', function: { name: 'Bash' } }] },
      { role: 'tool', tool_call_id: 'toolu_A', content: 'a.ts' },
    ],
  });
  expect(JSON.stringify(sent)).not.toMatch(/cache_control|"thinking"|budget/);
});
