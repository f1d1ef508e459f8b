import { afterEach, describe, expect, it, vi } from 'vitest';

import { passBytes } from '../../electron/engine/pass-bytes.ts';
import { createTransport } from '../../electron/engine/transport.ts';
import { sendJson, startUpstream } from '../support/scripted-upstream.ts';
import { openAcme } from './acme.ts';
import type { Acme } from './acme.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map(close => close()));
});

const script = 'return { dialect = "openai_completions", base_url = "UPSTREAM", auth_type = "none" }';

async function open(): Promise<Acme> {
  const acme = await openAcme(script);
  closing.push(() => acme.close());
  return acme;
}

describe('requests that are like the last one', () => {
  it('say of each whether its answer is to be streamed', async () => {
    const acme = await open();
    const whole = '{"model":"acme/m","messages":[]}';
    const streamed = '{"model":"acme/m","messages":[],"stream":true}';
    const bodies = [whole, streamed, whole, streamed];
    const stream = acme.upstream.answer;
    acme.upstream.answer = (request, response) =>
      request.body.includes('"stream":true')
        ? stream(request, response)
        : sendJson(response, 200, { choices: [{ message: { content: 'ok' }, finish_reason: 'stop' }] });
    for (const body of bodies) await acme.pass(body);
    expect(acme.upstream.requests.map(({ headers }) => [headers.accept, headers['accept-encoding']])).toEqual(
      bodies.map(body => [body === whole ? 'application/json' : 'text/event-stream', 'identity']),
    );
  });

  it('are sent with the headers they have now', async () => {
    const upstream = await startUpstream();
    const transport = createTransport();
    closing.push(
      () => transport.close(),
      () => upstream.close(),
    );
    const send = (headers: Record<string, string>): Promise<void> =>
      new Promise((resolve, reject) => {
        const request = {
          backend: 'b',
          method: 'POST',
          url: `${upstream.url}/v1`,
          headers,
          body: '{}',
        } as const;
        const sink = { head: () => undefined, data: () => true, end: resolve, fail: reject };
        transport.send({ ...request, timeout_ms: 5_000 }, sink);
      });
    const changing: Record<string, string> = { 'x-a': '1' };
    await send(changing);
    changing['x-a'] = '2';
    await send(changing);
    const [three, four] = [Object.freeze({ 'x-a': '3' }), Object.freeze({ 'x-a': '4' })];
    for (const headers of [three, three, four, three]) await send(headers);
    expect(upstream.requests.map(({ headers }) => headers['x-a'])).toEqual(['1', '2', '3', '3', '4', '3']);
    expect(upstream.requests.every(({ headers }) => headers['accept-encoding'] === 'identity')).toBe(true);
  });
});

it('a request that cannot be made is told once whoever asked has its flow', async () => {
  const fails = vi.fn();
  const host = { call_id: '1', attempts: 1, sends() {}, begins() {}, firstToken() {}, fails, ends() {} };
  const asked = {
    target: { backend: 'b', model: 'm', dialect: 'openai_completions', passes_bytes: true },
    backend: { lease: () => () => undefined },
  } as unknown as Parameters<typeof passBytes>[0]; // all that is used before a body is there
  const rewrite = (): never => {
    throw new Error('no such body');
  };
  const request = { model: 'm', stream: false, edits_answer: false, rewrite };
  const sink = { head() {}, data: () => true, end() {}, cut() {} };
  passBytes(asked, request, sink, host);
  expect(fails).not.toHaveBeenCalled();
  await Promise.resolve();
  expect(fails).toHaveBeenCalledOnce();
});
