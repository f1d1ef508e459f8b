import { expect, test } from 'vitest';

import type { ChatMessage } from '../../electron/contract/chats.ts';
import { forgetMessages } from '../../renderer/features/thread/forget-messages.ts';
import { fillOutlines } from '../../renderer/features/thread/load-messages.ts';
import { message } from './message-fixture.ts';

const said = [{ type: 'text' as const, text: 'All of it.' }];
const nothing: ReadonlySet<string> = new Set();

const answer = (changes: Partial<ChatMessage> = {}): ChatMessage => ({
  ...message({ id: 'a', role: 'assistant', status: 'complete' }),
  content: said,
  usage: { input_tokens: 5, output_tokens: 7 },
  ...changes,
});

test('what is far away becomes an outline, which the core can fill again', () => {
  const whole = answer({ private: [{ a: 1 }], group_id: 'g', replaces_id: 'b' });
  const [outline] = forgetMessages([whole], nothing);
  expect(outline).toMatchObject({
    id: 'a',
    outline: true,
    content: [],
    usage: { output_tokens: 7 },
    private: null,
    group_id: 'g',
    replaces_id: 'b',
    parent_id: whole.parent_id,
    status: 'complete',
  });
  expect(fillOutlines(outline ? [outline] : [], [whole])).toEqual([whole]);
});

test('what is near stays, as the very same object', () => {
  const whole = answer();
  expect(forgetMessages([whole], new Set(['a']))[0]).toBe(whole);
});

test.each([
  ['is still streaming', answer({ status: 'streaming' })],
  ['was cut off', answer({ status: 'interrupted' })],
  ['failed', answer({ error: { code: 'stream_error', message: 'No.' } })],
  ['called a tool', answer({ content: [...said, { type: 'tool_use', id: 't', name: 'look', input: {} }] })],
  [
    'is the result of a tool',
    answer({ role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', content: said }] }),
  ],
  ['is an outline', answer({ content: [], outline: true })],
])('what %s stays as it is', (_case, kept) => {
  expect(forgetMessages([kept], nothing)[0]).toBe(kept);
});
