import { describe, expect, it } from 'vitest';

import { applyDelta, emptyCompletion } from '../../../electron/contract/completion.ts';
import type { Completion } from '../../../electron/contract/completion.ts';
import type { Delta } from '../../../electron/contract/deltas.ts';
import { AppError, errorCodes } from '../../../electron/contract/errors.ts';
import type { JsonObject } from '../../../electron/contract/json.ts';
import { ollamaChat } from '../../../electron/dialects/ollama_chat/index.ts';

const { server } = ollamaChat;
const context = { id: 'own', model: 'own-model', created: 1763791200, wants_usage: true };
const created_at = '2025-11-22T06:00:00.000Z';
const noTimes = { total_duration: 0, load_duration: 0, prompt_eval_duration: 0, eval_duration: 0 };

function fold(deltas: Delta[]): Completion {
  const completion = emptyCompletion();
  for (const delta of deltas) applyDelta(completion, delta);
  return completion;
}

function encodeAll(deltas: Delta[]): JsonObject[] {
  const encoder = server.createEncoder(context);
  const text = deltas.map(delta => encoder.encode(delta)).join('') + encoder.finish(fold(deltas));
  expect(text.endsWith('\n')).toBe(true);
  return text
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as JsonObject); // each line is an object
}

const line = (message: JsonObject, model = 'up'): JsonObject => ({
  model,
  created_at,
  message: { role: 'assistant', ...message },
  done: false,
});

const answer: Delta[] = [
  { type: 'message', id: 'x', model: 'up' },
  { type: 'block_delta', block: 'thinking', index: 0, delta: 'Hm' },
  { type: 'block_delta', block: 'text', index: 0, delta: 'a\nb' },
  { type: 'block_start', block: 'tool_use', index: 0, id: 'a', name: 'f', signature: 's' },
  { type: 'block_start', block: 'tool_use', index: 1, name: 'g' },
  { type: 'block_delta', block: 'tool_use', index: 0, delta: '{"x":' },
  { type: 'block_delta', block: 'tool_use', index: 0, delta: '1}' },
  { type: 'message', finish_reason: 'tool_use', usage: { input_tokens: 3, output_tokens: 2 } },
];

it('says what it is', () => {
  expect(server.stream_content_type).toBe('application/x-ndjson');
  expect(server.routes).toEqual(['/api/chat']);
});

it('writes a line for each piece, calls whole at the end, and one last line', () => {
  expect(encodeAll(answer)).toEqual([
    line({ content: '', thinking: 'Hm' }),
    line({ content: 'a\nb' }),
    line({
      content: '',
      tool_calls: [{ id: 'a', function: { name: 'f', arguments: { x: 1 } }, signature: 's' }],
    }),
    line({ content: '', tool_calls: [{ id: 'call_own_1', function: { name: 'g', arguments: {} } }] }),
    {
      ...line({ content: '' }),
      done: true,
      done_reason: 'stop',
      ...noTimes,
      prompt_eval_count: 3,
      eval_count: 2,
    },
  ]);
});

it('writes the same as one answer', () => {
  expect(server.encodeResponse(fold(answer), context)).toEqual({
    model: 'up',
    created_at,
    message: {
      role: 'assistant',
      content: 'a\nb',
      thinking: 'Hm',
      tool_calls: [
        { id: 'a', function: { name: 'f', arguments: { x: 1 } }, signature: 's' },
        { id: 'call_own_1', function: { name: 'g', arguments: {} } },
      ],
    },
    done: true,
    done_reason: 'stop',
    ...noTimes,
    prompt_eval_count: 3,
    eval_count: 2,
  });
});

it('writes nothing before the first content, so that an error keeps its status', () => {
  const encoder = server.createEncoder(context);
  expect(encoder.encode({ type: 'message', model: 'm' })).toBe('');
  expect(encoder.encode({ type: 'block_start', block: 'text', index: 0 })).toBe('');
  expect(encoder.encode({ type: 'block_delta', block: 'text', index: 0, delta: '' })).toBe('');
});

it('shows arguments that are no object as the text they are', () => {
  const [call] = encodeAll([
    { type: 'block_start', block: 'tool_use', index: 0, id: 'a', name: 'f' },
    { type: 'block_delta', block: 'tool_use', index: 0, delta: '{"x":' },
  ]);
  const calls = [{ id: 'a', function: { name: 'f', arguments: { arguments: '{"x":' } } }];
  expect(call).toEqual(line({ content: '', tool_calls: calls }, 'own-model'));
});

it.each([
  ['stop', 'stop'],
  ['length', 'length'],
  ['tool_use', 'stop'],
  ['refusal', 'content_filter'],
  ['error', undefined],
  ['cancelled', undefined],
] as const)('ends %s with done_reason %s', (finish_reason, done_reason) => {
  const [end] = encodeAll([{ type: 'message', finish_reason }]);
  expect(end?.['done']).toBe(true);
  expect(end?.['done_reason']).toBe(done_reason);
});

it('ends a whole answer with stop where its upstream gave no reason', () => {
  const deltas: Delta[] = [{ type: 'block_delta', block: 'text', index: 0, delta: 'a' }];
  expect(server.encodeResponse(fold(deltas), context)).toMatchObject({ done: true, done_reason: 'stop' });
  const failed = fold([...deltas, { type: 'error', error: { code: 'stream_error', message: 'No.' } }]);
  expect(server.encodeResponse(failed, context)).not.toHaveProperty('done_reason');
});

it('leaves out the counts nobody gave', () => {
  const [end] = encodeAll([{ type: 'message', finish_reason: 'stop' }]);
  expect(end).not.toHaveProperty('prompt_eval_count');
  expect(end).not.toHaveProperty('eval_count');
});

describe('errors', () => {
  it('are one line in a stream', () => {
    const encoder = server.createEncoder(context);
    const error = new AppError('incomplete_stream', 'It broke off.');
    expect(encoder.fail(error)).toBe('{"error":"It broke off."}\n');
  });

  it.each([...errorCodes])('%s becomes an error status and a text', code => {
    const { status, body } = server.encodeError(new AppError(code, 'What happened.'));
    expect(status).toBeGreaterThanOrEqual(400);
    expect(body).toEqual({ error: 'What happened.' });
  });

  it("keep an upstream's status, words and when to come back", () => {
    const error = new AppError('http_error', 'The provider answered 429: Slow down.', {
      http_status: 429,
      body: { error: { message: 'Slow down' } },
      retry_after_ms: 1500,
    });
    expect(server.encodeError(error)).toEqual({
      status: 429,
      body: { error: 'Slow down' },
      headers: { 'retry-after': '2' },
    });
  });
});
