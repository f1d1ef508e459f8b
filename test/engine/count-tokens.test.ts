import { expect, it, onTestFinished } from 'vitest';

import type { CallWatch } from '../../electron/contract/call-watch.ts';
import { sendJson, startUpstream } from '../support/scripted-upstream.ts';
import { createTestEngine } from '../support/test-engine.ts';

it('a count is watched on its way to the upstream, with the key that must not be shown', async () => {
  const upstream = await startUpstream((_request, response) => sendJson(response, 200, { input_tokens: 12 }));
  const seen: unknown[] = [];
  const note =
    (word: string) =>
    (...told: unknown[]): void =>
      void seen.push([word, ...told.slice(0, 1).filter(each => typeof each === 'number')]);
  const sent: Parameters<CallWatch['sent']>[] = [];
  const watch: Pick<CallWatch, 'sent'> = {
    sent(...asked) {
      sent.push(asked);
      return { head: note('head'), data: note('data'), end: note('end'), fail: note('fail') };
    },
  };
  const test = createTestEngine({
    config: {
      llm: { backends: [{ name: 'a', type: 'anth', url: upstream.url, api_key: 'sk-of-the-backend' }] },
    },
    shipped: {
      anth: 'return { dialect = "anthropic_messages", base_url = config.url, api_key = config.api_key }',
    },
    watch,
  });
  onTestFinished(async () => {
    await test.close();
    await upstream.close();
  });
  const { engine, rows } = test;
  const count = await engine.countTokens(
    await engine.resolveModel('a/m'),
    { dialect: 'anthropic_messages', body: { model: 'a/m', messages: [{ role: 'user', content: 'Hi' }] } },
    {
      call_id: 'c1',
      client: 'tool',
      dialect_in: 'anthropic_messages',
      model_asked: 'a/m',
      signal: new AbortController().signal,
    },
  );
  expect(count).toMatchObject({ tokens: 12, origin: 'reported' });
  expect(sent).toMatchObject([
    [
      'c1',
      { number: 1, backend: 'a', model: 'm' },
      { url: `${upstream.url}/v1/messages/count_tokens`, key: 'sk-of-the-backend' },
    ],
  ]);
  expect(seen).toEqual([['head', 200], ['data'], ['end']]);
  expect(rows).toEqual([]);
});
