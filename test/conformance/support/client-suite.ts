import { inspect } from 'node:util';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Call } from '../../../electron/contract/calls.ts';
import type { DialectName } from '../../../electron/contract/models.ts';
import { readCalls, readLog, waitFor } from '../../support/start-parley.ts';
import { expectAsked } from './expect-asked.ts';
import { PNG, prompts, SIGNATURE, SYSTEM, THOUGHT, TOOL_RESULT } from './scenarios.ts';
import { startBench, UPSTREAM_KEY, upstreamsFor } from './start-bench.ts';
import type { Bench, Upstream } from './start-bench.ts';
import { BROKEN_MESSAGE, INPUT_TOKENS, LIMIT_MESSAGE, OUTPUT_TOKENS, RETRY_SECONDS } from './wire.ts';

export type Question = {
  /** `backend/model`. */
  model: string;
  prompt: string;
  stream: boolean;
  system?: string;
  /** Base64 of a PNG. */
  image?: string;
  /** Offer the weather tool. */
  tools?: boolean;
  /** Ask for an answer of the schema `ANSWER_SCHEMA`. */
  schema?: boolean;
  /** Ask it to reason. */
  reason?: boolean;
  max_tokens?: number;
  signal?: AbortSignal;
  /** Told of every piece of text of a streamed answer. */
  onText?: (piece: string) => void;
};

/** An answer as the tool's own client tells it. */
export type Answer = {
  text: string;
  reasoning?: string;
  calls: { name: string; input: unknown }[];
  /** Why it ended, in the client's own word. */
  finish: string | null | undefined;
  usage?: { input: number | undefined; output: number | undefined };
  /** What the client itself parsed from a structured answer. */
  parsed?: unknown;
  /** Hands the tools' results in and asks on, as the client's own history has it. */
  reply(results: string[]): Promise<Answer>;
};

export type Refusal = { status: number | undefined; message: string; retryAfter?: string | null | undefined };

export type ConformanceClient = {
  name: string;
  /** What it speaks. */
  dialect: DialectName;
  connect(bench: Bench): (question: Question) => Promise<Answer>;
  /** The client's words for how an answer ended. */
  finish: { stop: string; length: string; tool_use: string };
  /** Reads the client's own error; fails where it is not of the class the client has for a 429. */
  readLimit(error: unknown): Refusal;
  /** What the client has no way to show or to ask; every entry says why. */
  lacks?: Partial<Record<'reasoning' | 'retry-after' | 'signatures', string>>;
};

const both = [
  { kind: 'whole', stream: false },
  { kind: 'streamed', stream: true },
];

/** Every scenario of one client against every upstream. `more` adds the client's own. */
export function describeClient(client: ConformanceClient, more?: (bench: () => Bench) => void): void {
  const upstreams = upstreamsFor(client.dialect);
  let bench: Bench;
  let ask: (question: Question) => Promise<Answer>;
  let asked = 0;

  beforeAll(async () => {
    bench = await startBench(upstreams);
    const askClient = client.connect(bench);
    ask = async question => {
      asked += 1;
      const count = (answer: Answer): Answer => ({
        ...answer,
        async reply(results) {
          asked += 1;
          return count(await answer.reply(results));
        },
      });
      return count(await askClient(question));
    };
  }, 60_000);
  afterAll(() => bench?.stop());

  describe.each(upstreams)(`${client.name} over $backend`, upstream => {
    const model = `${upstream.backend}/${upstream.model}`;

    it.each(both)('answers ($kind), and counts the tokens', async ({ stream }) => {
      const pieces: string[] = [];
      const answer = await ask({
        model,
        prompt: prompts.hello,
        stream,
        max_tokens: 64,
        onText: piece => pieces.push(piece),
      });
      expect([answer.text, answer.finish]).toEqual(['Hi there!', client.finish.stop]);
      expect([pieces.length > 1, pieces.join('')]).toEqual(stream ? [true, 'Hi there!'] : [false, '']);
      expect(answer.usage).toEqual({ input: INPUT_TOKENS, output: OUTPUT_TOKENS });
      expectAsked(upstream.dialect, bench.lastBody(), { max_tokens: 64 });
    });

    it('says who it was told to be', async () => {
      const answer = await ask({ model, prompt: prompts.system, system: SYSTEM, stream: false });
      expect(answer.text).toBe('Ada.');
      expectAsked(upstream.dialect, bench.lastBody(), { system: SYSTEM });
    });

    it.each(both)('calls a tool and uses what it said ($kind)', async ({ stream }) => {
      const first = await ask({ model, prompt: prompts.tool, stream, tools: true });
      expect(first.calls).toEqual([{ name: 'get_weather', input: { city: 'Oslo' } }]);
      expect(first.finish).toBe(client.finish.tool_use);
      expectAsked(upstream.dialect, bench.lastBody(), { tool: true });
      const second = await first.reply([TOOL_RESULT]);
      expect([second.text, second.finish]).toEqual(['It is cold in Oslo.', client.finish.stop]);
    });

    it.each(both)('calls two tools at once, after a word of text ($kind)', async ({ stream }) => {
      const first = await ask({ model, prompt: prompts.parallel, stream, tools: true });
      expect(first.calls.map(({ input }) => input)).toEqual([{ city: 'Oslo' }, { city: 'Rome' }]);
      expect([first.text, first.finish]).toEqual(['I will look.', client.finish.tool_use]);
      const second = await first.reply(['{"degrees":-4}', '{"degrees":19}']);
      expect(second.text).toBe('Rome is warmer than Oslo.');
      expectAsked(upstream.dialect, bench.lastBody(), { results: ['{"degrees":-4}', '{"degrees":19}'] });
    });

    it.each(both)('answers in the shape asked for ($kind)', async ({ stream }) => {
      const answer = await ask({ model, prompt: prompts.json, stream, schema: true });
      expect(answer.parsed).toEqual({ city: 'Oslo', degrees: -4 });
      expectAsked(upstream.dialect, bench.lastBody(), { schema: true });
    });

    it('looks at a picture', async () => {
      const answer = await ask({ model, prompt: prompts.picture, image: PNG, stream: false });
      expect(answer.text).toBe('One pixel.');
      expectAsked(upstream.dialect, bench.lastBody(), { image: PNG });
    });

    it.skipIf(client.lacks?.reasoning).each(both)('shows what it thought ($kind)', async ({ stream }) => {
      const answer = await ask({ model, prompt: prompts.thinking, stream, reason: true });
      expect([answer.reasoning, answer.text]).toEqual([THOUGHT, 'Cold.']);
      expectAsked(upstream.dialect, bench.lastBody(), { reason: true });
    });

    it.each(both)('thinks before it calls, and goes on from there ($kind)', async ({ stream }) => {
      const first = await ask({ model, prompt: prompts.thinkingCall, stream, tools: true, reason: true });
      expect(first.calls).toEqual([{ name: 'get_weather', input: { city: 'Oslo' } }]);
      const second = await first.reply([TOOL_RESULT]);
      expect(second.text).toBe('It is cold in Oslo.');
      expectAsked(
        upstream.dialect,
        bench.lastBody(),
        client.lacks?.signatures ? {} : { signature: SIGNATURE },
      );
    });

    it.each(both)('says that it ran out of tokens ($kind)', async ({ stream }) => {
      const answer = await ask({ model, prompt: prompts.long, stream, max_tokens: 32 });
      expect([answer.text, answer.finish]).toEqual(['Once upon a time', client.finish.length]);
    });

    it.each(both)('is told to slow down, and for how long ($kind)', async ({ stream }) => {
      const limited = ask({
        model: `${upstream.limited}/${upstream.model}`,
        prompt: prompts.limited,
        stream,
      });
      const { status, message, retryAfter } = client.readLimit(await thrown(limited));
      expect(status).toBe(429);
      expect(message).toContain(LIMIT_MESSAGE);
      const seconds = client.lacks?.['retry-after'] ? undefined : String(RETRY_SECONDS);
      expect(retryAfter ?? undefined).toBe(seconds);
    });

    it.each([prompts.broken, prompts.cut])(
      'keeps the text of a stream told to %s, and throws',
      async prompt => {
        let text = '';
        const broken = ask({
          model: `${upstream.failing}/${upstream.model}`,
          prompt,
          stream: true,
          onText: piece => (text += piece),
        });
        const error = await thrown(broken);
        expect(error).toBeInstanceOf(Error);
        expect(inspect(error, { depth: 5 })).toContain(prompt === prompts.broken ? BROKEN_MESSAGE : '');
        expect(text.length > 0 && 'Half of'.startsWith(text)).toBe(true);
      },
    );

    it('throws where the upstream breaks off a whole answer', async () => {
      const model = `${upstream.failing}/${upstream.model}`;
      expect(await thrown(ask({ model, prompt: prompts.cut, stream: false }))).toBeInstanceOf(Error);
    });

    it('stops the upstream when the tool goes away', async () => {
      const controller = new AbortController();
      const before = cancelledCalls(bench, upstream);
      const hanging = ask({
        model,
        prompt: prompts.hangs,
        stream: true,
        signal: controller.signal,
        onText: () => controller.abort(),
      });
      await hanging.catch(() => undefined); // some throw, some end quietly
      let isGone = false;
      void bench.upstream.requests.at(-1)?.aborted.then(() => (isGone = true));
      expect(await waitFor(() => isGone)).toBe(true);
      expect(await waitFor(() => cancelledCalls(bench, upstream) === before + 1)).toBe(true);
    });
  });

  more?.(() => bench);

  it(`leaves one row for each of its calls, and no key anywhere (${client.name})`, async () => {
    await waitFor(() => ledger(bench).length >= asked);
    const rows = ledger(bench);
    expect(rows.filter(row => row.client !== 'conformance')).toEqual([]);
    const everything = JSON.stringify(rows) + readLog(bench.dataDir) + JSON.stringify(bench.parley.output());
    for (const key of [UPSTREAM_KEY, bench.key]) expect(everything).not.toContain(key);
  });
}

function ledger(bench: Bench): Call[] {
  return readCalls(bench.dataDir);
}

function cancelledCalls(bench: Bench, { backend }: Upstream): number {
  return ledger(bench).filter(row => row.backend === backend && row.status === 'cancelled').length;
}

export async function thrown(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('it was answered as if nothing had happened');
}
