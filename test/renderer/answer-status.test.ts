import { describe, expect, test } from 'vitest';

import type { ChatMessage } from '../../electron/contract/chats.ts';
import { errorCodes } from '../../electron/contract/errors.ts';
import type { ErrorCode } from '../../electron/contract/errors.ts';
import { answerStatus } from '../../renderer/features/thread/answer-status.ts';
import { message } from './message-fixture.ts';

const failed = (code: ErrorCode, http_status?: number) =>
  answerStatus(
    message({
      status: 'error',
      error: { code, message: 'What happened.', ...(http_status === undefined ? {} : { http_status }) },
    }),
  );

describe('answerStatus', () => {
  test('says nothing of an answer that is complete or still on its way', () => {
    expect(answerStatus(message())).toBeNull();
    expect(answerStatus(message({ status: 'streaming', content: [] }))).toBeNull();
    expect(answerStatus(message({ finish_reason: 'tool_use' }))).toBeNull();
  });

  test.each([
    [{ status: 'cancelled' }, 'Stopped.'],
    [
      { status: 'interrupted' },
      'Interrupted: Parley ended before this answer did. What had arrived is kept.',
    ],
    [{ finish_reason: 'length' }, 'Cut off: the answer reached its length limit.'],
    [{ finish_reason: 'refusal' }, 'The model declined to answer.'],
    [{ content: [] }, 'The model sent an empty answer.'],
  ] satisfies [Partial<ChatMessage>, string][])('%j', (fields, text) => {
    expect(answerStatus(message(fields))?.text).toBe(text);
  });

  test.each(errorCodes)('%s shows the sentence of the core and can be retried', code => {
    expect(failed(code)).toMatchObject({ tone: 'error', text: 'What happened.' });
    expect(failed(code)?.actions).toContain('retry');
  });

  test('leads to Providers where the cause is settled there', () => {
    expect(failed('no_api_key')?.actions).toEqual(['retry', 'providers']);
    expect(failed('script_error')?.actions).toEqual(['retry', 'providers']);
    expect(failed('http_error', 401)?.actions).toEqual(['retry', 'providers']);
    expect(failed('http_error', 500)?.actions).toEqual(['retry']);
    expect(failed('upstream_timeout')?.actions).toEqual(['retry']);
  });

  test('an error without a reason still says that it is one', () => {
    expect(answerStatus(message({ status: 'error', error: null }))?.tone).toBe('error');
  });
});
