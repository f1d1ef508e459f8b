import { describe, expect, it } from 'vitest';

import type { JsonObject } from '../../electron/contract/json.ts';
import { decodeError } from '../../electron/dialects/decode-error.ts';
import { errorDelta, findErrorFrame } from '../../electron/dialects/error-frame.ts';

function retryAfter(error: JsonObject | string): number | undefined {
  return findErrorFrame({ error })?.retry_after_ms;
}

describe('when to try again', () => {
  it.each<[string, JsonObject | string, number]>([
    ['seconds in a field', { message: 'Slow down.', retry_after: 7 }, 7000],
    ['seconds as text', { message: 'Slow down.', retry_after: '1.5' }, 1500],
    ['milliseconds', { message: 'Slow down.', retry_after_ms: 250 }, 250],
    ['headers handed on', { message: 'Slow down.', metadata: { headers: { 'Retry-After': '30' } } }, 30_000],
    ['words', 'Rate limit reached. Limit 30000, Used 22999. Please try again in 11.054s. Visit x.', 11_054],
    ['milliseconds in words', 'Please try again in 28ms.', 28],
    ['minutes and seconds', 'Please try again in 6m11.5s.', 371_500],
    ['words in full', 'Please retry after 26 seconds before sending more.', 26_000],
    ['minutes in full', 'Try again in 2 minutes.', 120_000],
  ])('is read from %s', (_name, error, expected) => {
    expect(retryAfter(error)).toBe(expected);
  });

  it.each<[string, JsonObject | string]>([
    ['a wait longer than a day', { message: 'x', retry_after: 1_763_787_600 }],
    ['a wait that is over', { message: 'x', retry_after: -1 }],
    ['text that is no number', { message: 'x', retry_after: 'soon' }],
    ['other units', 'Try again in 3 tokens.'],
    ['words without a number', 'Please try again in a moment.'],
  ])('is not made up from %s', (_name, error) => {
    expect(retryAfter(error)).toBeUndefined();
  });

  it('stays with an error inside a stream', () => {
    const frame = findErrorFrame({
      error: { message: 'Slow down.', code: 'rate_limit_exceeded', retry_after: 3 },
    });
    expect(frame && errorDelta(frame)).toEqual({
      type: 'error',
      error: {
        code: 'stream_error',
        message: 'The provider reported an error: Slow down.',
        http_status: 429,
        retry_after_ms: 3000,
      },
    });
  });

  it('stays with an answer of an error status', () => {
    const body = JSON.stringify({ error: { message: 'Please try again in 20s.' } });
    expect(decodeError(429, body).retry_after_ms).toBe(20_000);
  });

  it('is read beside the error, too', () => {
    expect(findErrorFrame({ error: 'Slow down.', retry_after: 4 })?.retry_after_ms).toBe(4000);
  });
});
