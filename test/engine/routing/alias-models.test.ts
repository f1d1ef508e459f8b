import { afterAll, beforeAll, expect, it } from 'vitest';

import { sendJson, startUpstream } from '../../support/scripted-upstream.ts';
import type { ScriptedUpstream } from '../../support/scripted-upstream.ts';
import { createTestEngine } from '../../support/test-engine.ts';
import type { TestEngine } from '../../support/test-engine.ts';

let upstream: ScriptedUpstream;
let test: TestEngine;

beforeAll(async () => {
  upstream = await startUpstream((_request, response) =>
    sendJson(response, 200, { data: [{ id: 'a', context_size: 8_000 }, { id: 'b' }] }),
  );
  test = createTestEngine({
    config: {
      llm: {
        backends: [{ name: 'work', type: 'plain', url: upstream.url }],
        aliases: {
          fast: ['gone/x', 'work/a', 'work/b'],
          'work/b': ['work/a'],
          lost: ['work/not-listed'],
          dead: ['gone/x'],
        },
      },
    },
    shipped: {
      plain:
        'return { protocol = "openai_compat", base_url = config.url, completions_endpoint = "/v1/chat/completions" }',
    },
  });
});

afterAll(async () => {
  await test.close();
  await upstream.close();
});

it('aliases are listed with what is known of the first model they lead to', async () => {
  const { models } = await test.engine.listModels();
  expect(models.map(({ id, name, backend, context_size: size }) => [id, name, backend, size])).toEqual([
    ['work/a', 'a', 'work', 8_000],
    ['fast', 'fast', 'work', 8_000],
    ['work/b', 'work/b', 'work', 8_000],
  ]);
});

it.each([
  ['fast', 'fast'],
  ['work/a', 'work/a'],
  ['a', 'work/a'],
])('a model is found by the name %s', async (name, id) => {
  expect(await test.engine.getModel(name)).toMatchObject({ id, context_size: 8_000 });
});

it.each(['work/c', 'c', 'lost', 'dead'])('no model is found by the name %s', async name => {
  await expect(test.engine.getModel(name)).rejects.toMatchObject({ code: 'unknown_model' });
});
