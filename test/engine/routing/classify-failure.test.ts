import { describe, expect, it } from 'vitest';

import { AppError } from '../../../electron/contract/errors.ts';
import { classifyFailure, isBackendDown } from '../../../electron/engine/routing/classify-failure.ts';

const http = (status: number, body?: unknown): AppError =>
  new AppError('http_error', 'No.', { http_status: status, body });

describe('what a failure says', () => {
  it.each([
    [408, 'temporary', true],
    [409, 'temporary', false],
    [429, 'temporary', false],
    [500, 'temporary', true],
    [502, 'temporary', true],
    [503, 'temporary', true],
    [504, 'temporary', true],
    [529, 'temporary', true],
    [401, 'key', false],
    [402, 'key', false],
    [403, 'key', false],
    [404, 'target', false],
    [302, 'target', false],
    [400, 'request', false],
    [405, 'request', false],
    [413, 'request', false],
    [422, 'request', false],
  ] as const)('of an upstream that answers %i: %s', (status, kind, isDown) => {
    expect([classifyFailure(http(status), status), isBackendDown(http(status), status)]).toEqual([
      kind,
      isDown,
    ]);
  });

  it.each(['code', 'type'])('of an account without money (by %s) is for the next key', field => {
    const error = http(429, { error: { [field]: 'insufficient_quota' } });
    expect([classifyFailure(error, 429), isBackendDown(error, 429)]).toEqual(['key', false]);
  });

  it.each([
    ['upstream_unreachable', 'temporary', true],
    ['upstream_timeout', 'temporary', true],
    ['incomplete_stream', 'temporary', true],
    ['no_api_key', 'key', false],
    ['missing_env_var', 'key', false],
    ['script_error', 'target', false],
    ['upstream_not_json', 'target', false],
    ['invalid_request', 'request', false],
    ['unsupported_modality', 'request', false],
    ['internal', 'request', false],
    ['cancelled', 'cancelled', false],
  ] as const)('of the code %s: %s', (code, kind, isDown) => {
    const error = new AppError(code, 'No.');
    expect([classifyFailure(error, 0), isBackendDown(error, 0)]).toEqual([kind, isDown]);
  });

  it.each([
    [undefined, 'temporary', true],
    [529, 'temporary', true],
    [429, 'temporary', false],
    [400, 'request', false],
    [401, 'key', false],
  ] as const)('in a first frame that stands for %s: %s', (status, kind, isDown) => {
    const details = status === undefined ? {} : { http_status: status };
    const error = new AppError('stream_error', 'No.', details);
    expect([classifyFailure(error, 200), isBackendDown(error, 200)]).toEqual([kind, isDown]);
  });
});
