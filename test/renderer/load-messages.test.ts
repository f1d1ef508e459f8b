import { expect, test } from 'vitest';

import { fillOutlines, keepLoaded } from '../../renderer/features/thread/load-messages.ts';
import { message } from './message-fixture.ts';

const whole = { ...message({ id: 'a' }), content: [{ type: 'text' as const, text: 'All of it.' }] };
const outline = { ...message({ id: 'a' }), content: [], outline: true };

test('asking for the chat again does not take away what was loaded', () => {
  expect(keepLoaded([whole], [outline])).toEqual([whole]);
});

test('an answer whose end the page has missed is loaded anew', () => {
  const half = { ...whole, status: 'streaming' as const };
  expect(keepLoaded([half], [outline])).toEqual([outline]);
});

test('an outline that was never loaded stays one, a whole message wins', () => {
  expect(keepLoaded([outline], [outline])).toEqual([outline]);
  const edited = { ...whole, content: [{ type: 'text' as const, text: 'Edited.' }] };
  expect(keepLoaded([whole], [edited])).toEqual([edited]);
});

test('loaded messages take the place of outlines only', () => {
  const live = { ...whole, status: 'streaming' as const };
  expect(fillOutlines([outline], [whole])).toEqual([whole]);
  expect(fillOutlines([live], [whole])).toEqual([live]);
});
