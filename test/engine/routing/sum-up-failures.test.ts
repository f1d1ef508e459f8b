import { describe, expect, it } from 'vitest';

import { AppError } from '../../../electron/contract/errors.ts';
import { sumUpFailures } from '../../../electron/engine/routing/sum-up-failures.ts';
import type { Failure } from '../../../electron/engine/routing/sum-up-failures.ts';

const groq = { backend: 'groq', model: 'llama' };
const work = { backend: 'work', model: 'small' };
const local = { backend: 'local', model: 'tiny' };

const limited = new AppError('http_error', 'groq: Slow down.', { http_status: 429, retry_after_ms: 9_000 });
const down = new AppError('upstream_unreachable', 'work refused the connection.');
const keyless = new AppError('no_api_key', 'local needs an API key.');

describe('the failures of a call nobody answered', () => {
  it('of one target are its last one, as it is', () => {
    const failures: [Failure, Failure] = [
      { candidate: groq, error: down },
      { candidate: groq, error: limited },
    ];
    expect(sumUpFailures('fast', failures)).toBe(limited);
  });

  it('of several are one sentence that names each with its last reason', () => {
    const error = sumUpFailures('fast', [
      { candidate: groq, error: down },
      { candidate: groq, error: limited },
      { candidate: work, error: down },
      { candidate: local, error: keyless },
    ]);
    expect(error.message).toBe(
      'Nobody answered for "fast": groq/llama: Slow down; work/small: work refused the connection; local/tiny: local needs an API key.',
    );
    expect(error).toMatchObject({
      code: 'http_error',
      http_status: 429,
      retry_after_ms: 9_000,
      cause: limited,
    });
  });

  it('that tell alike take the status of the last', () => {
    const last = new AppError('http_error', 'work: Bad gateway.', { http_status: 502 });
    const error = sumUpFailures('fast', [
      { candidate: groq, error: limited },
      { candidate: work, error: last },
    ]);
    expect(error.http_status).toBe(502);
  });

  it('say when the first of them is ready again', () => {
    const paused = new AppError('circuit_open', 'work is left alone.', {
      http_status: 503,
      retry_after_ms: 4_000,
    });
    const error = sumUpFailures('fast', [
      { candidate: groq, error: limited },
      { candidate: work, error: paused },
    ]);
    expect([error.http_status, error.retry_after_ms]).toEqual([429, 4_000]);
  });

  it('stay readable where one reason is long', () => {
    const chatty = new AppError('http_error', 'x'.repeat(5_000), { http_status: 500 });
    const { message } = sumUpFailures('fast', [
      { candidate: groq, error: chatty },
      { candidate: work, error: down },
    ]);
    expect(message.length).toBeLessThan(500);
  });
});
