import type { AppError } from '../../electron/contract/errors.ts';
import type { ChatRequest, RequestOptions } from '../../electron/contract/request.ts';
import type { DialectName } from '../../electron/contract/models.ts';
import { getDialect } from '../../electron/dialects/registry.ts';
import { startUpstream } from '../support/scripted-upstream.ts';
import type { ScriptedUpstream, SeenRequest } from '../support/scripted-upstream.ts';
import { createTestEngine } from '../support/test-engine.ts';
import type { TestEngine } from '../support/test-engine.ts';

export type Acme = TestEngine & {
  upstream: ScriptedUpstream;
  /** Another server, which no script has any business with. */
  foreign: ScriptedUpstream;
  /** Asks in our own words and reads the whole answer. */
  ask(options?: RequestOptions): Promise<void>;
  /** Passes a tool's bytes. */
  pass(body: string, dialect?: DialectName): Promise<void>;
  /** The last request the upstream has seen. */
  last(): SeenRequest;
};

type EngineOptions = Parameters<typeof createTestEngine>[0];

/** One backend named acme on the script given; UPSTREAM and FOREIGN in it stand for the two servers' addresses. */
export async function openAcme(
  script: string,
  {
    line = {},
    ...options
  }: Omit<EngineOptions, 'config' | 'scripts'> & { line?: Record<string, unknown> } = {},
): Promise<Acme> {
  const [upstream, foreign] = await Promise.all([startUpstream(), startUpstream()]);
  const place = (source: string): string =>
    source.replaceAll('UPSTREAM', upstream.url).replaceAll('FOREIGN', foreign.url);
  const test = createTestEngine({
    ...options,
    config: { llm: { backends: [{ name: 'acme', type: 'acme', ...line }] } },
    scripts: { acme: place(script) },
  });
  return {
    ...test,
    upstream,
    foreign,
    writeScript: (type, source) => test.writeScript(type, place(source)),
    ask: (asked = {}) => ask(test, asked),
    pass: (body, dialect = 'openai_completions') => pass(test, body, dialect),
    last() {
      const request = upstream.requests.at(-1);
      if (!request) throw new Error('nothing was asked of the upstream');
      return request;
    },
    async close() {
      await test.close();
      await Promise.all([upstream.close(), foreign.close()]);
    },
  };
}

/** What a promise that has to fail fails with. */
export async function failure(promise: Promise<unknown>): Promise<AppError> {
  return promise.then(
    () => {
      throw new Error('it should have failed');
    },
    (error: AppError) => error,
  );
}

function contextOf(dialect: DialectName | null): Parameters<TestEngine['engine']['answer']>[2] {
  return {
    client: 'test',
    dialect_in: dialect,
    model_asked: 'acme/m',
    signal: new AbortController().signal,
  };
}

async function ask({ engine }: TestEngine, options: RequestOptions): Promise<void> {
  const question: ChatRequest = {
    messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }],
    options,
    stream: true,
  };
  const plan = await engine.resolveModel('acme/m');
  const stream = await engine.streamDeltas(plan, question, contextOf(null));
  for await (const _delta of stream.deltas);
}

async function pass({ engine }: TestEngine, body: string, dialect: DialectName): Promise<void> {
  const request = getDialect(dialect).passthrough.readRequest(Buffer.from(body));
  const plan = await engine.resolveModel('acme/m');
  await new Promise<void>((resolve, reject) => {
    const sink = { head: () => undefined, data: () => true, end: () => resolve(), cut: reject };
    engine.answer(
      plan,
      { words: () => reject(new Error('the bytes were to pass')) as never, bytes: { request, sink } },
      contextOf(dialect),
      { deltas: () => reject(new Error('the bytes were to pass')), fail: reject },
    );
  });
}
