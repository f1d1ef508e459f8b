import { expect, test } from 'vitest';

import type { Delta } from '../../electron/contract/deltas.ts';
import { createOwnCallIds } from '../../electron/engine/own-call-ids.ts';
import { sendJson } from '../support/scripted-upstream.ts';
import { startAllDialects } from '../gateway/start-all-dialects.ts';

const start = (index: number, id: string): Delta => ({ type: 'block_start', block: 'tool_use', index, id });

test('calls of one answer keep their ids, or get one of their own', () => {
  const giveOwnId = createOwnCallIds();
  const deltas: Delta[] = [
    start(0, 'a'),
    start(1, 'a'),
    start(2, 'a_2'),
    start(3, 'a'),
    start(0, 'a'),
    { type: 'block_start', block: 'text', index: 7, id: 'a' },
  ];
  for (const delta of deltas) giveOwnId(delta);
  expect(deltas.map(delta => ('id' in delta ? delta.id : ''))).toEqual([
    'a',
    'a_2',
    'a_2_2',
    'a_3',
    'a',
    'a',
  ]);
});

test('a tool of another dialect gets them', async () => {
  const call = { id: 'same', type: 'function', function: { name: 'look', arguments: '{}' } };
  const { ask } = await startAllDialects((_request, response) =>
    sendJson(response, 200, {
      choices: [
        { index: 0, message: { content: null, tool_calls: [call, call] }, finish_reason: 'tool_calls' },
      ],
    }),
  );
  const { json } = await ask('/v1/messages', {
    model: 'openai/m',
    max_tokens: 9,
    messages: [{ role: 'user', content: 'Look.' }],
    tools: [{ name: 'look', input_schema: { type: 'object' } }],
  });
  expect(json['content']).toMatchObject([{ id: 'same' }, { id: 'same_2' }]);
});
