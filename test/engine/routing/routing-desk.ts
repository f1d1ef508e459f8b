import type { RawConfig } from '../../../electron/contract/config.ts';
import { completionContent } from '../../../electron/contract/completion.ts';
import type { AppError, ErrorInfo } from '../../../electron/contract/errors.ts';
import type { DialectName } from '../../../electron/contract/models.ts';
import type { ChatRequest } from '../../../electron/contract/request.ts';
import { getDialect } from '../../../electron/dialects/registry.ts';
import type { CallContext, DeltaStream } from '../../../electron/engine/engine.ts';
import { startUpstream } from '../../support/scripted-upstream.ts';
import type { ScriptedUpstream } from '../../support/scripted-upstream.ts';
import { createTestEngine } from '../../support/test-engine.ts';
import type { TestEngine } from '../../support/test-engine.ts';
import { createTestClock } from './test-clock.ts';
import type { TestClock } from './test-clock.ts';

type Backend = NonNullable<NonNullable<RawConfig['llm']>['backends']>[number];
type Llm = Partial<NonNullable<RawConfig['llm']>>;

/** What somebody who asked got to see. */
export type Seen = {
  text: string;
  /** Who was asked, in order. */
  asked: string[];
  status?: number;
  /** The call failed, or its answer was cut. */
  error?: AppError | ErrorInfo;
};

export type RoutingDesk = {
  /** Two upstreams; `a` and `b` are backends of them, and `anthropic` is `b` in another dialect. */
  a: ScriptedUpstream;
  b: ScriptedUpstream;
  test: TestEngine;
  clock: TestClock;
  /** Starts over: settings, clock, what was seen. `fast` is an alias of both backends' m. */
  reset(llm?: Llm, backends?: Partial<Record<'a' | 'b', Partial<Backend>>>): void;
  /** In our own words, as the chat asks. */
  ask(model: string, context?: Partial<CallContext>): Promise<Seen>;
  /** With the bytes of a tool. */
  pass(model: string, context?: Partial<CallContext>, stream?: boolean): Promise<Seen>;
  close(): Promise<void>;
};

const scripts = {
  plain: `return { protocol = "openai_compat", base_url = config.url, completions_endpoint = "/v1/chat/completions", auth_type = "bearer", auth_key = config.api_key }`,
  claude: `return { dialect = "anthropic_messages", base_url = config.url, auth_header = "x-api-key", api_key = "k" }`,
  broken: 'return {',
};

const request: ChatRequest = {
  messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }],
  options: {},
  stream: true,
};

/** A real engine before two scripted upstreams, with a clock of the test's own. */
export async function openRoutingDesk(): Promise<RoutingDesk> {
  const [a, b] = [await startUpstream(), await startUpstream()];
  const answer = a.answer;
  const clock = createTestClock();
  const test = createTestEngine({ shipped: scripts, clock });
  return {
    a,
    b,
    test,
    clock,
    reset(llm = {}, extra = {}) {
      for (const upstream of [a, b]) {
        upstream.requests.length = 0;
        upstream.answer = answer;
      }
      test.rows.length = 0;
      test.attempts.length = 0;
      Object.assign(clock, { waits: [], chance: 1, isStopped: false });
      const { backends = [], ...others } = llm;
      const own: Backend[] = [
        { name: 'a', type: 'plain', url: a.url, api_key: 'sk-key-of-a', ...extra.a },
        { name: 'b', type: 'plain', url: b.url, api_key: 'sk-key-of-b', ...extra.b },
        { name: 'anthropic', type: 'claude', url: b.url },
        { name: 'broken', type: 'broken', url: b.url },
        { name: 'dead', type: 'plain', url: 'http://127.0.0.1:1', api_key: 'k' },
        ...backends,
      ];
      test.setConfig({ llm: { aliases: { fast: ['a/m', 'b/m'] }, ...others, backends: own } });
    },
    ask: (model, context) => askInWords(test, contextOf(model, null, context)),
    pass: (model, context, stream = true) =>
      passBytes(test, contextOf(model, 'openai_completions', context), stream),
    async close() {
      await test.close();
      await Promise.all([a.close(), b.close()]);
    },
  };
}

function contextOf(
  model: string,
  dialect: DialectName | null,
  extra: Partial<CallContext> = {},
): CallContext {
  const signal = new AbortController().signal;
  return { client: 'test', dialect_in: dialect, model_asked: model, signal, ...extra };
}

async function askInWords({ engine }: TestEngine, context: CallContext): Promise<Seen> {
  try {
    const plan = await engine.resolveModel(context.model_asked, { record_for: context });
    const stream = await engine.streamDeltas(plan, request, context);
    for await (const _delta of stream.deltas);
    const { completion, target, attempts } = stream;
    const text = completionContent(completion)
      .map(block => (block.type === 'text' ? block.text : ''))
      .join('');
    const asked = [`${target.backend} ${String(attempts)}`];
    return { text, asked, ...(completion.error && { error: completion.error }) };
  } catch (error) {
    return { text: '', asked: [], error: error as AppError }; // the engine throws nothing else
  }
}

async function passBytes({ engine }: TestEngine, context: CallContext, stream: boolean): Promise<Seen> {
  const plan = await engine.resolveModel(context.model_asked, { record_for: context });
  const body = JSON.stringify({
    model: context.model_asked,
    stream,
    messages: [{ role: 'user', content: 'Hi' }],
  });
  const dialect = getDialect('openai_completions');
  const asked = dialect.passthrough.readRequest(Buffer.from(body));
  return new Promise(resolve => {
    const seen: Seen = { text: '', asked: [] };
    const fail = (error: AppError): void => resolve({ ...seen, error });
    const sink = {
      head: (status: number) => void (seen.status = status),
      data: (chunk: Buffer) => ((seen.text += chunk.toString('utf8')), true),
      end: (last?: Buffer) => resolve({ ...seen, text: seen.text + (last?.toString('utf8') ?? '') }),
      cut: fail,
    };
    const words = (): ChatRequest => dialect.server.decodeRequest(JSON.parse(body) as never).request; // an object
    engine.answer(plan, { bytes: { request: asked, sink }, words }, context, {
      asks: (target, attempts) => void seen.asked.push(`${target.backend} ${String(attempts)}`),
      deltas: stream => void readDeltas(stream, seen).then(resolve),
      fail,
    });
  });
}

async function readDeltas({ deltas, completion }: DeltaStream, seen: Seen): Promise<Seen> {
  let { text } = seen;
  for await (const delta of deltas) if (delta.type === 'block_delta') text += delta.delta ?? '';
  return { ...seen, text, ...(completion.error && { error: completion.error }) };
}
