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
      content: [],
      error: { code, message: 'What happened.', ...(http_status === undefined ? {} : { http_status }) },
    }),
  );

describe('answerStatus', () => {
  test('says nothing of an answer that is complete or still on its way', () => {
    expect(answerStatus(message())).toBeNull();
    expect(answerStatus(message({ status: 'streaming', content: [] }))).toBeNull();
    expect(answerStatus(message({ finish_reason: 'tool_use' }))).toBeNull();
    expect(answerStatus(message({ content: [], outline: true }))).toBeNull();
  });

  test.each([
    [{ status: 'cancelled' }, 'stopped'],
    [{ status: 'interrupted' }, 'interrupted'],
    [{ finish_reason: 'length' }, 'length'],
    [{ finish_reason: 'refusal' }, 'refusal'],
    [{ content: [] }, 'empty'],
    [{ status: 'error', error: null }, 'failed'],
  ] satisfies [Partial<ChatMessage>, string][])('%j', (fields, note) => {
    expect(answerStatus(message(fields))).toMatchObject({ note });
  });

  test.each(errorCodes)('%s shows the sentence of the core and can be retried', code => {
    expect(failed(code)).toMatchObject({ tone: 'error', error: { message: 'What happened.' } });
    expect(failed(code)?.actions).toContain('retry');
    expect(failed(code)?.actions).toContain('other_model');
  });

  test.each([
    [{ status: 'cancelled' }],
    [{ status: 'interrupted' }],
    [{ finish_reason: 'length' }],
    [{ status: 'error', error: { code: 'incomplete_stream', message: 'It broke off.' } }],
  ] satisfies [Partial<ChatMessage>][])('%j can go on where there is text, and only there', fields => {
    expect(answerStatus(message(fields))?.actions).toContain('continue');
    expect(answerStatus(message({ ...fields, content: [] }))?.actions).not.toContain('continue');
  });

  test('leads to Providers where the cause is settled there', () => {
    expect(failed('no_api_key')?.actions).toEqual(['retry', 'other_model', 'providers']);
    expect(failed('script_error')?.actions).toContain('providers');
    expect(failed('http_error', 401)?.actions).toContain('providers');
    expect(failed('http_error', 500)?.actions).toEqual(['retry', 'other_model']);
    expect(failed('upstream_timeout')?.actions).not.toContain('providers');
  });
});
