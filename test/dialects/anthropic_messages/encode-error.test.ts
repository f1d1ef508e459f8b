import { describe, expect, it } from 'vitest';

import { AppError, errorCodes } from '../../../electron/contract/errors.ts';
import type { AppErrorDetails, ErrorCode } from '../../../electron/contract/errors.ts';
import { anthropicMessages } from '../../../electron/dialects/anthropic_messages/index.ts';
import { openaiCompletions } from '../../../electron/dialects/openai_completions/index.ts';

const { client, server } = anthropicMessages;

function encode(code: ErrorCode, details: AppErrorDetails = {}) {
  return server.encodeError(new AppError(code, 'What happened.', details));
}

it.each([...errorCodes])(
  '%s becomes an envelope with a sentence and the status other dialects give it',
  code => {
    const { status, body } = encode(code);
    expect(body).toEqual({
      type: 'error',
      error: { type: expect.any(String), message: 'What happened.' },
      request_id: null,
    });
    expect(status).toBe(openaiCompletions.server.encodeError(new AppError(code, 'x')).status);
  },
);

it.each<[ErrorCode, number, string]>([
  ['invalid_request', 400, 'invalid_request_error'],
  ['unsupported_modality', 400, 'invalid_request_error'],
  ['invalid_gateway_key', 401, 'authentication_error'],
  ['no_api_key', 401, 'authentication_error'],
  ['forbidden_host', 403, 'permission_error'],
  ['unknown_model', 404, 'not_found_error'],
  ['not_found', 404, 'not_found_error'],
  ['method_not_allowed', 405, 'invalid_request_error'],
  ['request_too_large', 413, 'request_too_large'],
  ['upstream_unreachable', 502, 'api_error'],
  ['incomplete_stream', 502, 'api_error'],
  ['upstream_timeout', 504, 'timeout_error'],
  ['internal', 500, 'api_error'],
])('%s is %d %s', (code, status, type) => {
  expect(encode(code)).toMatchObject({ status, body: { error: { type } } });
});

describe("an upstream's error", () => {
  it('in this format goes on as it is', () => {
    const body = {
      type: 'error',
      error: { details: { error_code: 'x' }, type: 'invalid_request_error', message: 'Too long' },
      request_id: 'req_1',
    };
    const error = client.decodeError(400, JSON.stringify(body));
    expect(server.encodeError(error)).toEqual({ status: 400, body });
  });

  it.each([
    [400, 'invalid_request_error'],
    [401, 'authentication_error'],
    [402, 'billing_error'],
    [403, 'permission_error'],
    [404, 'not_found_error'],
    [408, 'timeout_error'],
    [413, 'request_too_large'],
    [422, 'invalid_request_error'],
    [429, 'rate_limit_error'],
    [500, 'api_error'],
    [503, 'api_error'],
    [504, 'timeout_error'],
    [529, 'overloaded_error'],
  ])('with status %d in another format keeps it and becomes %s', (status, type) => {
    const body = { error: { message: 'Their words', type: 'server_error', code: null } };
    expect(server.encodeError(client.decodeError(status, JSON.stringify(body)))).toEqual({
      status,
      body: { type: 'error', error: { type, message: 'Their words' }, request_id: null },
    });
  });

  it('inside a stream keeps the status it stood for, and never becomes a success', () => {
    expect(encode('stream_error', { http_status: 529 })).toMatchObject({
      status: 529,
      body: { error: { type: 'overloaded_error' } },
    });
    expect(encode('http_error', { http_status: 302 }).status).toBe(502);
  });
});

it('says when to try again, and when not to', () => {
  expect(encode('http_error', { http_status: 529, retry_after_ms: 1200 }).headers).toEqual({
    'retry-after': '2',
  });
  expect(encode('script_error').headers).toEqual({ 'x-should-retry': 'false' });
  expect(encode('upstream_unreachable').headers).toBeUndefined();
});
