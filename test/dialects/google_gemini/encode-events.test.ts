import { describe, expect, it } from 'vitest';

import { applyDelta, emptyCompletion } from '../../../electron/contract/completion.ts';
import type { Completion } from '../../../electron/contract/completion.ts';
import type { Delta } from '../../../electron/contract/deltas.ts';
import { AppError, errorCodes } from '../../../electron/contract/errors.ts';
import type { JsonObject } from '../../../electron/contract/json.ts';
import { googleGemini } from '../../../electron/dialects/google_gemini/index.ts';

const { client, server } = googleGemini;
const context = { id: 'own', model: 'own-model', created: 1, wants_usage: true };

function fold(deltas: Delta[]): Completion {
  const completion = emptyCompletion();
  for (const delta of deltas) applyDelta(completion, delta);
  return completion;
}

function encodeAll(deltas: Delta[]): JsonObject[] {
  const encoder = server.createEncoder(context);
  const text = deltas.map(delta => encoder.encode(delta)).join('') + encoder.finish(fold(deltas));
  return text
    .split('\n\n')
    .filter(frame => frame !== '')
    .map(frame => JSON.parse(frame.replace(/^data: /, '')) as JsonObject); // each frame holds an object
}

const event = (part: JsonObject, candidate: JsonObject = {}, more: JsonObject = {}): JsonObject => ({
  candidates: [{ content: { parts: [part], role: 'model' }, ...candidate, index: 0 }],
  ...more,
  modelVersion: 'up',
  responseId: 'x',
});

const answer: Delta[] = [
  { type: 'message', id: 'x', model: 'up' },
  { type: 'block_delta', block: 'thinking', index: 0, delta: 'Hm' },
  { type: 'block_delta', block: 'thinking', index: 0, signature: 'google_gemini:AAAA' },
  { type: 'block_delta', block: 'text', index: 0, delta: 'a\nb' },
  { type: 'block_start', block: 'tool_use', index: 0, id: 'a', name: 'f', signature: 'google_gemini:BBBB' },
  { type: 'block_start', block: 'tool_use', index: 1, name: 'g' },
  { type: 'block_delta', block: 'tool_use', index: 0, delta: '{"x":' },
  { type: 'block_delta', block: 'tool_use', index: 0, delta: '1}' },
  {
    type: 'message',
    finish_reason: 'tool_use',
    usage: { input_tokens: 30, output_tokens: 12, cache_read_tokens: 20, reasoning_tokens: 10 },
  },
];
const usageMetadata = {
  promptTokenCount: 30,
  candidatesTokenCount: 2,
  thoughtsTokenCount: 10,
  cachedContentTokenCount: 20,
  totalTokenCount: 42,
};
const calls = [
  { functionCall: { id: 'a', name: 'f', args: { x: 1 } }, thoughtSignature: 'BBBB' },
  { functionCall: { id: 'call_own_1', name: 'g', args: {} } },
];

it('writes an event for each piece, calls whole at the end, and why it ended', () => {
  expect(encodeAll(answer)).toEqual([
    event({ text: 'Hm', thought: true }),
    event({ text: '', thought: true, thoughtSignature: 'AAAA' }),
    event({ text: 'a\nb' }),
    event(calls[0]!),
    event(calls[1]!),
    event({ text: '' }, { finishReason: 'STOP' }, { usageMetadata }),
  ]);
});

it('writes the same as one answer', () => {
  const parts = [{ text: 'Hm', thought: true, thoughtSignature: 'AAAA' }, { text: 'a\nb' }, ...calls];
  expect(server.encodeResponse(fold(answer), context)).toEqual({
    candidates: [{ content: { parts, role: 'model' }, finishReason: 'STOP', index: 0 }],
    usageMetadata,
    modelVersion: 'up',
    responseId: 'x',
  });
});

it('writes nothing before the first content, so that an error keeps its status', () => {
  const encoder = server.createEncoder(context);
  expect(encoder.encode({ type: 'message', model: 'm' })).toBe('');
  expect(encoder.encode({ type: 'block_start', block: 'text', index: 0 })).toBe('');
  expect(encoder.encode({ type: 'block_start', block: 'tool_use', index: 0, id: 'a', name: 'f' })).toBe('');
  expect(encoder.encode({ type: 'block_delta', block: 'text', index: 0, delta: '' })).toBe('');
});

it.each([
  ['stop', 'STOP'],
  ['length', 'MAX_TOKENS'],
  ['tool_use', 'STOP'],
  ['refusal', 'SAFETY'],
  ['error', undefined],
  ['cancelled', undefined],
] as const)('ends %s with finishReason %s', (finish_reason, finishReason) => {
  const [end] = encodeAll([{ type: 'message', finish_reason }]) as { candidates: JsonObject[] }[]; // as written
  expect(end?.candidates[0]?.['finishReason']).toBe(finishReason);
  expect(end).not.toHaveProperty('usageMetadata');
});

it('ends a whole answer with STOP where its upstream gave no reason', () => {
  const whole = server.encodeResponse(
    fold([{ type: 'block_delta', block: 'text', index: 0, delta: 'a' }]),
    context,
  );
  expect(whole).toMatchObject({ candidates: [{ finishReason: 'STOP' }] });
});

it('keeps id and model once an event is out', () => {
  const encoder = server.createEncoder(context);
  encoder.encode({ type: 'block_delta', block: 'text', index: 0, delta: 'a' });
  encoder.encode({ type: 'message', id: 'late', model: 'late' });
  const frame = encoder.encode({ type: 'block_delta', block: 'text', index: 0, delta: 'b' });
  expect(frame).toContain('"modelVersion":"own-model","responseId":"own"');
});

describe('errors', () => {
  it('are one event in a stream', () => {
    const encoder = server.createEncoder(context);
    expect(encoder.fail(new AppError('incomplete_stream', 'It broke off.'))).toBe(
      'data: {"error":{"code":502,"message":"It broke off.","status":"UNAVAILABLE"}}\n\n',
    );
  });

  it.each([...errorCodes])('%s becomes an error status and an envelope', code => {
    const { status, body } = server.encodeError(new AppError(code, 'What happened.'));
    expect(status).toBeGreaterThanOrEqual(400);
    expect(body).toEqual({
      error: {
        code: status,
        message: 'What happened.',
        status: expect.stringMatching(/^[A-Z_]+$/) as string,
      },
    });
  });

  it.each([
    [400, 'INVALID_ARGUMENT'],
    [401, 'UNAUTHENTICATED'],
    [403, 'PERMISSION_DENIED'],
    [404, 'NOT_FOUND'],
    [413, 'INVALID_ARGUMENT'],
    [429, 'RESOURCE_EXHAUSTED'],
    [500, 'INTERNAL'],
    [503, 'UNAVAILABLE'],
    [504, 'DEADLINE_EXCEEDED'],
  ])('of status %d are %s', (http_status, status) => {
    const { body } = server.encodeError(new AppError('stream_error', 'No.', { http_status }));
    expect(body).toMatchObject({ error: { code: http_status, status } });
  });

  it("of Google's own go on as they are", () => {
    const native = {
      code: 429,
      message: 'Quota.',
      status: 'RESOURCE_EXHAUSTED',
      details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '1.5s' }],
    };
    const error = client.decodeError(429, JSON.stringify({ error: native }));
    expect(server.encodeError(error)).toEqual({
      status: 429,
      body: { error: native },
      headers: { 'retry-after': '2' },
    });
  });

  it('of other vendors say in Google’s way when to come back', () => {
    const error = new AppError('http_error', 'The provider answered 429: Slow down.', {
      http_status: 429,
      body: { error: { message: 'Slow down', type: 'rate_limit_error' } },
      retry_after_ms: 7500,
    });
    const { body } = server.encodeError(error);
    expect(body).toEqual({
      error: {
        code: 429,
        message: 'Slow down',
        status: 'RESOURCE_EXHAUSTED',
        details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '7.5s' }],
      },
    });
    expect(client.decodeError(429, JSON.stringify(body)).retry_after_ms).toBe(7500);
  });
});
