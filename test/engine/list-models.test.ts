import { expect, it } from 'vitest';

import { sendJson, startUpstream } from '../support/scripted-upstream.ts';
import { createTestEngine } from '../support/test-engine.ts';

const script =
  'return { protocol = "openai_compat", base_url = config.url, completions_endpoint = "/v1/chat/completions" }';

it('a backend that does not answer holds up nobody else’s models', async () => {
  const quick = await startUpstream((_request, response) => sendJson(response, 200, { data: [{ id: 'a' }] }));
  let answerNow = (): void => undefined;
  const slow = await startUpstream((_request, response) => {
    answerNow = () => sendJson(response, 200, { data: [{ id: 'b' }] });
  });
  const test = createTestEngine({
    config: {
      llm: {
        backends: [
          { name: 'slow', type: 'plain', url: slow.url },
          { name: 'quick', type: 'plain', url: quick.url },
        ],
      },
    },
    shipped: { plain: script },
  });
  const first = await test.engine.listModels({ patience_ms: 5_000 });
  expect(first.models.map(({ id }) => id)).toEqual(['quick/a']);
  expect(first.problems).toMatchObject([{ backend: 'slow', error: { code: 'upstream_timeout' } }]);
  answerNow();
  await expect
    .poll(async () => (await test.engine.listModels({ patience_ms: 5_000 })).models.map(({ id }) => id))
    .toEqual(['slow/b', 'quick/a']);
  expect(slow.requests).toHaveLength(1);
  await test.close();
  await Promise.all([quick.close(), slow.close()]);
});

it('the demo leaves the list once another backend works, and can still be asked', async () => {
  const upstream = await startUpstream((_request, response) =>
    sendJson(response, 200, { data: [{ id: 'a' }] }),
  );
  const demo = { name: 'eliza', type: 'plain', url: upstream.url, priority: 9, enabled: true, demo: true };
  const test = createTestEngine({ demo: [demo], shipped: { plain: script } });
  expect((await test.engine.listModels()).models).toMatchObject([{ id: 'eliza/a', demo: true }]);
  test.setConfig({ llm: { backends: [{ name: 'dead', type: 'plain', url: 'http://127.0.0.1:1' }] } });
  expect((await test.engine.listModels()).models).toMatchObject([{ id: 'eliza/a' }]);
  test.setConfig({ llm: { backends: [{ name: 'work', type: 'plain', url: upstream.url }] } });
  expect((await test.engine.listModels()).models).toMatchObject([{ id: 'work/a', demo: false }]);
  expect(await test.engine.resolveModel('eliza/a')).toMatchObject({
    candidates: [{ backend: 'eliza', model: 'a' }],
  });
  await test.close();
  await upstream.close();
});
