import { describe, expect, it } from 'vitest';

import { AppError, errorCodes } from '../../../electron/contract/errors.ts';
import type { AppErrorDetails, ErrorCode } from '../../../electron/contract/errors.ts';
import type { JsonObject } from '../../../electron/contract/json.ts';
import { openaiCompletions } from '../../../electron/dialects/openai_completions/index.ts';

const { client, server } = openaiCompletions;

function encode(code: ErrorCode, details: AppErrorDetails = {}) {
  return server.encodeError(new AppError(code, 'What happened.', details));
}

it.each([...errorCodes])('%s becomes an error status and an envelope with a sentence', code => {
  const { status, body } = encode(code);
  expect(status).toBeGreaterThanOrEqual(400);
  expect(status).toBeLessThan(600);
  expect(body).toEqual({
    error: { message: 'What happened.', type: expect.any(String), param: null, code: expect.any(String) },
  });
});

it.each<[ErrorCode, number, string, string]>([
  ['invalid_request', 400, 'invalid_request_error', 'invalid_request'],
  ['invalid_gateway_key', 401, 'authentication_error', 'invalid_api_key'],
  ['no_api_key', 401, 'authentication_error', 'no_api_key'],
  ['forbidden_host', 403, 'permission_error', 'forbidden_host'],
  ['forbidden_origin', 403, 'permission_error', 'forbidden_origin'],
  ['unknown_model', 404, 'invalid_request_error', 'model_not_found'],
  ['not_found', 404, 'invalid_request_error', 'not_found'],
  ['method_not_allowed', 405, 'invalid_request_error', 'method_not_allowed'],
  ['request_too_large', 413, 'invalid_request_error', 'request_too_large'],
  ['upstream_unreachable', 502, 'server_error', 'upstream_unreachable'],
  ['upstream_timeout', 504, 'server_error', 'upstream_timeout'],
  ['script_timeout', 504, 'server_error', 'script_timeout'],
  ['internal', 500, 'server_error', 'internal'],
])('%s is %d %s %s', (code, status, type, word) => {
  expect(encode(code)).toMatchObject({ status, body: { error: { type, code: word } } });
});

describe("an upstream's error", () => {
  it('keeps its status, message, type, param and code', () => {
    const sent = {
      message: 'Too long',
      type: 'invalid_request_error',
      param: 'messages',
      code: 'context_length_exceeded',
    };
    const error = client.decodeError(400, JSON.stringify({ error: sent }));
    expect(server.encodeError(error)).toEqual({ status: 400, body: { error: sent } });
  });

  it.each([
    [401, 'authentication_error', 'http_error'],
    [403, 'permission_error', 'http_error'],
    [429, 'rate_limit_error', 'rate_limit_exceeded'],
    [503, 'server_error', 'http_error'],
    [529, 'server_error', 'http_error'],
  ])('of status %d without JSON gets type %s and code %s', (status, type, code) => {
    const error = client.decodeError(status, '<html>');
    expect(server.encodeError(error)).toEqual({
      status,
      body: { error: { message: error.message, type, param: null, code } },
    });
  });

  it.each<[string, number, JsonObject, string, string | null]>([
    [
      'Anthropic',
      529,
      { type: 'error', error: { type: 'overloaded_error', message: 'x' } },
      'server_error',
      null,
    ],
    [
      'Gemini',
      429,
      { error: { code: 429, status: 'RESOURCE_EXHAUSTED', message: 'x' } },
      'rate_limit_error',
      'rate_limit_exceeded',
    ],
    [
      'OpenRouter',
      402,
      { error: { code: 402, message: 'x' } },
      'invalid_request_error',
      'insufficient_quota',
    ],
    [
      'OpenAI',
      429,
      { error: { type: 'tokens', code: 'rate_limit_exceeded', message: 'x' } },
      'tokens',
      'rate_limit_exceeded',
    ],
  ])('of %s is told in OpenAI’s words (%d)', (_vendor, status, sent, type, code) => {
    const error = client.decodeError(status, JSON.stringify(sent));
    expect(server.encodeError(error).body).toEqual({ error: { message: 'x', type, param: null, code } });
  });

  it.each([
    'prompt is too long: 208310 tokens > 200000 maximum',
    'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).',
    "This model's maximum context length is 8192 tokens.",
    "This model's maximum prompt length is 131072 but the request contains 537812 tokens.",
    'the request exceeds the available context size, try increasing it',
    'Your input exceeds the context window of this model.',
    'Please reduce the length of the messages or completion.',
  ])('that a conversation is too long is a code tools know: %s', message => {
    const error = client.decodeError(400, JSON.stringify({ error: { message } }));
    expect(server.encodeError(error).body).toMatchObject({ error: { code: 'context_length_exceeded' } });
    const inStream = new AppError('stream_error', message, { http_status: 400 });
    expect(server.encodeError(inStream).body).toMatchObject({ error: { code: 'context_length_exceeded' } });
  });

  it('is not taken for one by a word alone', () => {
    const error = client.decodeError(400, '{"error":{"message":"The context length must be a number."}}');
    expect(server.encodeError(error).body).toMatchObject({ error: { code: null } });
    const elsewhere = client.decodeError(500, '{"error":{"message":"prompt is too long"}}');
    expect(server.encodeError(elsewhere).body).toMatchObject({ error: { code: null } });
  });

  it('inside a stream keeps the status it stood for', () => {
    expect(encode('stream_error', { http_status: 429 }).status).toBe(429);
    expect(encode('stream_error').status).toBe(502);
  });

  it('never becomes a success or redirect', () => {
    expect(encode('http_error', { http_status: 302 }).status).toBe(502);
    expect(encode('http_error', { http_status: 200 }).status).toBe(502);
  });
});

it('says inside a stream when to try again, where the sentence does not', () => {
  const fail = (message: string) =>
    server
      .createEncoder({ id: 'a', model: 'm', created: 1, wants_usage: false })
      .fail(new AppError('stream_error', message, { http_status: 429, retry_after_ms: 1234 }));
  expect(fail('Slow down.')).toContain('"message":"Slow down. Please try again in 1.3s."');
  expect(fail('Please try again in 1.234s.')).toContain('"message":"Please try again in 1.234s."');
});

it('says when to try again, rounded up to seconds', () => {
  expect(encode('http_error', { http_status: 429, retry_after_ms: 1200 }).headers).toEqual({
    'retry-after': '2',
  });
  expect(encode('http_error', { http_status: 429, retry_after_ms: 0 }).headers).toEqual({
    'retry-after': '0',
  });
});

it('tells client libraries not to repeat what fails every time', () => {
  expect(encode('script_error').headers).toEqual({ 'x-should-retry': 'false' });
  expect(encode('upstream_unreachable').headers).toBeUndefined();
});
