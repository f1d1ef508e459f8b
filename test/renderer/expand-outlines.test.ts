import { expect, test } from 'vitest';

import { expandOutlines } from '../../renderer/features/thread/expand-outlines.ts';
import { message } from './message-fixture.ts';

const chat = {
  id: 'c',
  title: 'Long',
  model: null,
  leaf_id: null,
  created_at: '2026-01-01T00:00:00.000Z',
  updated_at: '2026-01-01T00:00:00.000Z',
  pinned_at: null,
  archived_at: null,
  folder_id: null,
};

test('outlines become messages without content, and whole messages take their places', () => {
  const whole = { ...message({ id: 'a2' }), chat_id: 'c' };
  const outlines = {
    ids: ['q', 'a1', 'a2', 'a3'],
    parents: [-1, 0, 0, 0],
    created: ['t0', 't1', 't2', 't3'],
    authors: [-1, 0, 0, 1],
    models: ['up/one', null],
    tokens: [0, 7, 7, 9],
    statuses: { 3: 'error' as const },
    groups: { 1: 'g' },
    replaced: { 3: 'a1' },
  };
  const empty = { chat_id: 'c', content: [], finish_reason: null, error: null, call_id: null, private: null };
  const outline = { ...empty, outline: true, status: 'complete' };
  expect(expandOutlines({ chat, messages: [whole], outlines })).toEqual([
    { ...outline, id: 'q', parent_id: null, role: 'user', model: null, usage: null, created_at: 't0' },
    {
      ...outline,
      id: 'a1',
      parent_id: 'q',
      role: 'assistant',
      model: 'up/one',
      usage: { output_tokens: 7 },
      created_at: 't1',
      group_id: 'g',
    },
    whole,
    {
      ...outline,
      id: 'a3',
      parent_id: 'q',
      role: 'assistant',
      status: 'error',
      model: null,
      usage: { output_tokens: 9 },
      created_at: 't3',
      replaces_id: 'a1',
    },
  ]);
});

test('a short chat comes whole', () => {
  const messages = [message({ id: 'q' })];
  expect(expandOutlines({ chat, messages })).toEqual(messages);
});
