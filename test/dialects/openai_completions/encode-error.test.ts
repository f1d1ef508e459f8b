import { describe, expect, it } from 'vitest';

import { AppError, errorCodes } from '../../../electron/contract/errors.ts';
import type { AppErrorDetails, ErrorCode } from '../../../electron/contract/errors.ts';
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
    [401, 'authentication_error'],
    [403, 'permission_error'],
    [429, 'rate_limit_error'],
    [503, 'server_error'],
    [529, 'server_error'],
  ])('of status %d without JSON gets type %s', (status, type) => {
    const error = client.decodeError(status, '<html>');
    expect(server.encodeError(error)).toEqual({
      status,
      body: { error: { message: error.message, type, param: null, code: 'http_error' } },
    });
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
