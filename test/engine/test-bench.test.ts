import { afterEach, describe, expect, it } from 'vitest';

import type { BenchQuestion, BenchResult } from '../../electron/engine/test-bench.ts';
import { sendJson, sseText, textChunks } from '../support/scripted-upstream.ts';
import { openAcme } from './acme.ts';
import type { Acme } from './acme.ts';

let acme: Acme | undefined;

afterEach(async () => {
  await acme?.close();
  acme = undefined;
});

const hooks = `return {
  dialect = "openai_completions", base_url = "UPSTREAM", api_key = "key-of-the-script",
  drop_body_fields = { "stream_options" },
  modify_body = function(body) body.extra = 1; return body end,
  build_url = function(path, opts) return opts.base_url .. path .. "?beta=1" end,
  on_request = function(req) req.headers["x-last"] = "yes"; return req end,
  modify_events = function(deltas)
    for _, delta in ipairs(deltas) do
      if delta.delta then delta.delta = string.upper(delta.delta) end
    end
    log.info("saw an event")
    return deltas
  end,
}`;

const plain =
  'return { dialect = "openai_completions", base_url = "UPSTREAM", api_key = "key-of-the-script" }';

function bench(
  { engine }: Acme,
  source: string,
  more: Partial<BenchQuestion> = {},
  signal = new AbortController().signal,
): Promise<BenchResult> {
  const request: BenchQuestion['request'] = {
    messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }],
    options: { temperature: 0.5 },
    stream: true,
  };
  const question = { type: 'acme', source, backend: 'acme', model: 'm', request, pasted: null, ...more };
  return engine.runBench(question, signal);
}

const sourceOf = (script: string, { upstream }: Acme): string => script.replaceAll('UPSTREAM', upstream.url);

describe('the test bench', () => {
  it('shows the request behind every station, and what was sent is what arrived', async () => {
    acme = await openAcme(hooks);
    const run = await bench(acme, sourceOf(hooks, acme));
    expect(run.error).toBeNull();
    expect(run.steps.map(({ step, by_script: byScript }) => `${step}${byScript ? '*' : ''}`)).toEqual([
      'encode_request',
      'modify_body*',
      'drop_body_fields',
      'build_url*',
      'authenticate',
      'on_request*',
      'sent',
    ]);
    const [encoded, modified, dropped, addressed, authenticated, , sent] = run.steps;
    expect(JSON.parse(encoded?.body ?? '')).toMatchObject({
      model: 'm',
      temperature: 0.5,
      stream_options: {},
    });
    expect(encoded?.url).toBeNull();
    expect(JSON.parse(modified?.body ?? '')).toMatchObject({ extra: 1, stream_options: {} });
    expect(JSON.parse(dropped?.body ?? '')).not.toHaveProperty('stream_options');
    expect(addressed?.url).toBe(`${acme.upstream.url}/v1/chat/completions?beta=1`);
    expect(addressed?.headers).not.toHaveProperty('authorization');
    expect(authenticated?.headers).toMatchObject({ authorization: 'Bearer key-of-the-script' });
    const { body, headers, path } = acme.last();
    expect(JSON.parse(sent?.body ?? '')).toEqual(JSON.parse(body));
    expect(headers).toMatchObject(sent?.headers ?? { nothing: 'was sent' });
    expect(path).toBe('/v1/chat/completions?beta=1');
  });

  it('shows each event as it came, as the dialect read it, and as the hook left it', async () => {
    acme = await openAcme(hooks);
    const run = await bench(acme, sourceOf(hooks, acme));
    const hello = run.events.find(({ raw }) => raw.includes('Hello'));
    expect(hello?.decoded.join()).toContain('"Hello"');
    expect(hello?.modified?.join()).toContain('"HELLO"');
    expect(run.completion.blocks.map(({ text }) => text)).toEqual(['HELLO THERE.']);
    expect(run.received).toContain('data: ');
    expect(run).toMatchObject({
      status: 200,
      dialect: 'openai_completions',
      key: { key: 'key-of-the-script' },
    });
  });

  it('goes by every station without hooks, as one row of the ledger under its own name', async () => {
    acme = await openAcme(plain);
    const run = await bench(acme, sourceOf(plain, acme));
    expect(run.steps.map(({ step }) => step)).toContain('authenticate');
    expect(run.events[0]?.modified).toBeNull();
    expect(acme.rows).toMatchObject([{ client: 'studio', backend: 'acme', status: 'ok' }]);
  });

  it('keeps to the grants of the saved file where the source was not saved', async () => {
    acme = await openAcme(plain);
    const greedy = plain.replaceAll('UPSTREAM', acme.foreign.url);
    const run = await bench(acme, greedy);
    expect(run.error?.code).toBe('host_not_granted');
    expect(acme.foreign.requests).toEqual([]);
  });

  it('reads a pasted stream by the dialect and the hook, and sends nothing', async () => {
    acme = await openAcme(plain);
    const text = sseText(textChunks(['Good ', 'day.'])).trimEnd();
    const run = await bench(acme, sourceOf(hooks, acme), { pasted: { text, status: 200 } });
    expect(run.error).toBeNull();
    expect(run.completion.blocks.map(block => block.text)).toEqual(['GOOD DAY.']);
    expect(run.steps.at(-1)?.step).toBe('sent');
    expect(acme.upstream.requests).toEqual([]);
    // Nor is it a call of the ledger: the first row there is that of the next one.
    await acme.ask();
    expect((await acme.waitForRows(1)).map(({ client }) => client)).toEqual(['test']);
  });

  it('reads a pasted whole answer, and a pasted refusal', async () => {
    acme = await openAcme(plain);
    const source = sourceOf(plain, acme);
    const message = { role: 'assistant', content: 'Whole.' };
    const whole = { model: 'm', choices: [{ index: 0, message, finish_reason: 'stop' }] };
    const good = await bench(acme, source, { pasted: { text: JSON.stringify(whole), status: 200 } });
    expect(good.completion.blocks.map(({ text }) => text)).toEqual(['Whole.']);
    const refusal = JSON.stringify({ error: { message: 'Slow down.' } });
    const bad = await bench(acme, source, { pasted: { text: refusal, status: 429 } });
    expect(bad.error).toMatchObject({ code: 'http_error', http_status: 429 });
    expect(acme.upstream.requests).toEqual([]);
  });

  it('lets no request of the script itself out while an answer is pasted', async () => {
    const fetching = plain.replace(
      'api_key = "key-of-the-script"',
      'authenticate = function(req) http.get("UPSTREAM/token") return req end',
    );
    acme = await openAcme(fetching);
    const run = await bench(acme, sourceOf(fetching, acme), { pasted: { text: '{}', status: 200 } });
    expect(run.error?.message).toContain('Nothing is sent');
    expect(acme.upstream.requests).toEqual([]);
  });

  it('ends at the station where a hook fails, and says which', async () => {
    acme = await openAcme(plain);
    const broken = plain.replace(' }', ', build_url = function() error("no way") end }');
    const run = await bench(acme, sourceOf(broken, acme));
    expect(run.steps.map(({ step }) => step)).toEqual(['encode_request', 'modify_body', 'drop_body_fields']);
    expect(run.error?.message).toContain('no way');
  });

  it('asks once, and an upstream that fails closes no circuit of others', async () => {
    acme = await openAcme(plain);
    acme.upstream.answer = (_request, response) => sendJson(response, 503, { error: { message: 'busy' } });
    for (let round = 0; round < 6; round += 1) await bench(acme, sourceOf(plain, acme));
    expect(acme.upstream.requests).toHaveLength(6);
    expect(acme.engine.circuits()).toEqual([]);
  });

  it('can be stopped', async () => {
    acme = await openAcme(plain);
    acme.upstream.answer = () => undefined;
    const controller = new AbortController();
    const running = bench(acme, sourceOf(plain, acme), {}, controller.signal);
    setTimeout(() => controller.abort(), 50);
    const run = await running;
    expect(run.error?.code).toBe('cancelled');
  });

  it('shows of an endless answer what a person can look through', async () => {
    acme = await openAcme(plain);
    const text = sseText(textChunks(Array.from({ length: 1_500 }, () => 'x')));
    const run = await bench(acme, sourceOf(plain, acme), { pasted: { text, status: 200 } });
    expect(run.events).toHaveLength(1_000);
    expect(run.events_left_out).toBe(503);
    expect(run.completion.blocks[0]?.text).toHaveLength(1_500);
  });
});
