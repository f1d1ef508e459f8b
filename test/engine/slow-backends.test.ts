import { expect, it } from 'vitest';

import { sendJson, startUpstream } from '../support/scripted-upstream.ts';
import { createTestEngine } from '../support/test-engine.ts';

it('a backend that does not answer holds up nobody else’s models', async () => {
  const quick = await startUpstream((_request, response) => sendJson(response, 200, { data: [{ id: 'a' }] }));
  let answerNow = (): void => undefined;
  const slow = await startUpstream((_request, response) => {
    answerNow = () => sendJson(response, 200, { data: [{ id: 'b' }] });
  });
  const script =
    'return { protocol = "openai_compat", base_url = config.url, completions_endpoint = "/v1/chat/completions" }';
  const test = createTestEngine({
    config: {
      llm: {
        backends: [
          { name: 'slow', type: 'plain', url: slow.url },
          { name: 'quick', type: 'plain', url: quick.url },
        ],
      },
    },
    scripts: { plain: script },
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
