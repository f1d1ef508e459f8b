import { expect, onTestFinished, test } from 'vitest';

import { AppError } from '../../../electron/contract/errors.ts';
import type { SpendingCheck } from '../../../electron/engine/routing/call-deps.ts';
import { sendStream, startUpstream, textChunks } from '../../support/scripted-upstream.ts';
import { createTestEngine } from '../../support/test-engine.ts';

const spent = (name: string) =>
  new AppError('budget_spent', `The budget ${name} is spent; raise it.`, {
    http_status: 429,
    retry_after_ms: 5000,
  });

async function engineWith(refuse: SpendingCheck) {
  const upstream = await startUpstream();
  upstream.answer = (_request, response) => sendStream(response, textChunks(['Hello']));
  const script = `return { dialect = "openai_completions", base_url = "${upstream.url}", api_key = "k" }`;
  const desk = createTestEngine({ shipped: { plain: script }, refuse });
  const { engine } = desk;
  onTestFinished(async () => {
    await engine.close();
    await upstream.close();
  });
  const backends = ['a', 'b'].map(name => ({ name, type: 'plain' }));
  desk.setConfig({ llm: { backends, aliases: { fast: ['a/m', 'b/m'] } } });
  const ask = async (model: string) => {
    const context = {
      client: 'tool',
      dialect_in: null,
      model_asked: model,
      signal: new AbortController().signal,
    };
    const plan = await engine.resolveModel(model);
    const messages = [{ role: 'user' as const, content: [{ type: 'text' as const, text: 'Hi' }] }];
    const stream = await engine.streamDeltas(plan, { messages, options: {}, stream: true }, context);
    for await (const _delta of stream.deltas);
    return stream.target.backend;
  };
  return { upstream, ask, waitForRows: (count: number) => desk.waitForRows(count) };
}

test('a call is refused before anybody is asked, and is a row of the ledger', async () => {
  const { upstream, ask, waitForRows } = await engineWith(({ client }) =>
    client === 'tool' ? spent('of tool') : undefined,
  );
  // An alias with two targets: one reason for both is said once.
  await expect(ask('fast')).rejects.toMatchObject({
    message: 'The budget of tool is spent; raise it.',
    http_status: 429,
    retry_after_ms: 5000,
  });
  expect(upstream.requests).toEqual([]);
  expect(await waitForRows(1)).toMatchObject([
    { client: 'tool', status: 'error', http_status: 429, error_code: 'budget_spent', attempts: 0 },
  ]);
});

test("the next target answers where the first one's budget is spent", async () => {
  const { upstream, ask } = await engineWith(({ backend }) => (backend === 'a' ? spent('for a') : undefined));
  expect(await ask('fast')).toBe('b');
  expect(upstream.requests).toHaveLength(1);
  await expect(ask('a/m')).rejects.toThrow('The budget for a is spent');
});
