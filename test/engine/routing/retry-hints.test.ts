import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';

import { sendJson } from '../../support/scripted-upstream.ts';
import { openRoutingDesk } from './routing-desk.ts';
import type { RoutingDesk } from './routing-desk.ts';

let desk: RoutingDesk;

beforeAll(async () => {
  desk = await openRoutingDesk();
});
beforeEach(() => desk.reset());
afterAll(() => desk.close());

const retryInfo = {
  details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '1.5s' }],
};

it.each([
  ['in milliseconds, as OpenAI does', { 'retry-after-ms': '1500', 'retry-after': '2' }, {}],
  ['in the body, as Gemini does', {}, retryInfo],
  ['in the body, as Gemini does where it speaks OpenAI', {}, retryInfo, 'openai_completions'],
])('a wait that the upstream asks for %s is kept', async (_how, headers, body, dialect = 'google_gemini') => {
  desk.reset({ backends: [{ name: 'gemini', type: 'gemini', url: desk.a.url }] });
  desk.test.writeScript('gemini', `return { dialect = "${dialect}", base_url = config.url, api_key = "k" }`);
  desk.a.answer = (_request, response) =>
    sendJson(response, 429, { error: { code: 429, message: 'Slow down', ...body } }, headers);
  await desk.ask('gemini/m');
  expect(desk.clock.waits).toEqual([1_500, 1_500]);
});
