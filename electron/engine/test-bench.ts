import { emptyCompletion } from '../contract/completion.ts';
import type { Completion } from '../contract/completion.ts';
import { AppError, toAppError } from '../contract/errors.ts';
import { isJsonObject, parseJson } from '../contract/json.ts';
import type { DialectName } from '../contract/models.ts';
import type { ChatRequest } from '../contract/request.ts';
import type { BackendDeps, BackendLine, BackendRegistry } from './backend-registry.ts';
import { createTraceCollector } from './collect-trace.ts';
import type { CollectedTrace, TraceCollector, TraceListener } from './collect-trace.ts';
import type { CallContext, DeltaStream, Target } from './engine.ts';
import { inspectProvider } from './inspect-provider.ts';
import { loadBackend } from './load-backend.ts';
import type { OpenBackend } from './load-backend.ts';
import type { ModelLister } from './list-models.ts';
import { createCallRecorder } from './record-call.ts';
import { askChat } from './routing/ask-chat.ts';
import { createHealthBook } from './routing/backend-health.ts';
import { startCall } from './routing/start-call.ts';
import type { CallDeps } from './routing/call-deps.ts';
import { accountOfBackend, noGrants } from './script-grants.ts';
import type { ScriptGrants } from './script-grants.ts';
import type { LibraryScript } from './script-library.ts';
import { hashOf } from './script-source.ts';
import type { Transport, UpstreamFlow, UpstreamSink } from './transport.ts';
import { watchTransport } from './watch-transport.ts';

/** A script, saved or not, and what to ask with it. */
export type BenchQuestion = {
  type: string;
  source: string;
  /** Whose url and key it is asked with; null where no backend uses the script. */
  backend: string | null;
  model: string;
  request: ChatRequest;
  /** Taken for the upstream's answer: then nothing is sent, not even by the script. */
  pasted: { text: string; status: number } | null;
};

/** What came of it. There are keys in it. */
export type BenchResult = CollectedTrace & {
  dialect: DialectName | null;
  completion: Completion;
  warnings: readonly string[];
  error: AppError | null;
  duration_ms: number;
};

/** Told of a run under way. What is collected has keys in it. */
type BenchListener = (result: Pick<BenchResult, 'dialect'>, ...told: Parameters<TraceListener>) => void;

export type TestBench = {
  /** One attempt through the pipeline of every call, told station by station. Does not throw. */
  runBench(question: BenchQuestion, signal: AbortSignal, onChange?: BenchListener): Promise<BenchResult>;
};

type BenchDeps = { loading: BackendDeps; backends: BackendRegistry; calls: CallDeps };

export function createTestBench(deps: BenchDeps): TestBench {
  return {
    async runBench(question, signal, onChange) {
      const started = performance.now();
      const result: BenchResult = {
        ...createTraceCollector(new Set()).collected,
        dialect: null,
        completion: emptyCompletion(),
        warnings: [],
        error: null,
        duration_ms: 0,
      };
      try {
        await run(question, signal, result, { ...deps, onChange });
      } catch (error) {
        result.error = toAppError(error);
      }
      result.duration_ms = Math.round(performance.now() - started);
      return result;
    },
  };
}

async function run(
  question: BenchQuestion,
  signal: AbortSignal,
  result: BenchResult,
  deps: BenchDeps & { onChange: BenchListener | undefined },
): Promise<void> {
  const line = lineOf(question, deps.backends);
  const backend = await loadTried(line, question, deps.loading);
  const collector = createTraceCollector(backend.description.hooks, (...told) =>
    deps.onChange?.(result, ...told),
  );
  try {
    const asks = ({ dialect }: Target): void => void (result.dialect = dialect);
    const stream = await ask({ question, line, backend, signal, collector, asks }, deps);
    result.warnings = stream.warnings;
    result.completion = stream.completion;
    for await (const _delta of stream.deltas);
    const { error } = stream.completion;
    if (error) result.error = new AppError(error.code, error.message, error);
  } finally {
    Object.assign(result, collector.collected);
    backend.retire();
  }
}

function lineOf({ backend, type }: BenchQuestion, backends: BackendRegistry): BackendLine {
  const known = backend === null ? undefined : backends.find(backend);
  if (known?.type === type) return known;
  if (backend !== null) {
    throw new AppError('unknown_backend', `There is no backend ${backend} of the type ${type} any more.`);
  }
  return { name: type, type, priority: 100, enabled: true, demo: false };
}

/** Loaded for this run alone: what it does cannot hold up the calls of others. */
async function loadTried(
  line: BackendLine,
  question: BenchQuestion,
  deps: BackendDeps,
): Promise<OpenBackend> {
  const { type, source, pasted } = question;
  const onDisk = await deps.library.read(type).catch(() => undefined);
  const tried: LibraryScript =
    onDisk?.text === source
      ? onDisk
      : { type, origin: 'user', path: `${type}.lua`, file: `providers/${type}.lua`, text: source };
  const grants = await grantsOfTried(tried, onDisk, question, deps);
  const backend = await loadBackend(line, {
    ...deps,
    library: { ...deps.library, read: () => Promise.resolve(tried) },
    grantsOf: () => Promise.resolve(grants),
    ...(pasted ? { transport: silentTransport } : {}),
  });
  if (!pasted) return backend;
  // Nobody sees the key, so one that is not there yet is in nobody's way.
  return {
    ...backend,
    resolveKey: (...asked) => Promise.resolve(backend.resolveKey(...asked)).catch(() => null),
  };
}

/** A source that was not saved gets what the file gets; where nothing is sent, also the hosts it wants. */
async function grantsOfTried(
  tried: LibraryScript,
  onDisk: LibraryScript | undefined,
  { type, backend, pasted }: BenchQuestion,
  deps: BackendDeps,
): Promise<ScriptGrants> {
  const isUsers = onDisk?.origin === 'user';
  const granted = (isUsers && (await deps.grantsOf?.(type, hashOf(onDisk.text)))) || noGrants;
  if (tried === onDisk && (!pasted || tried.origin === 'built-in')) return granted;
  const own: ScriptGrants[] = [granted];
  if (isUsers && granted.reviewed !== true) own.push(await defaultGrants(onDisk, backend ?? type, deps));
  if (pasted)
    own.push({ ...noGrants, hosts: (await inspectProvider(`${type}.lua`, tried.text, deps)).hosts });
  return {
    hosts: own.flatMap(({ hosts }) => hosts),
    env: own.flatMap(({ env }) => env),
    keychain: own.flatMap(({ keychain }) => keychain),
    reviewed: true,
  };
}

/** What a file that was never reviewed gets all the same: its own address, and what its key names. */
async function defaultGrants(
  { type, text }: LibraryScript,
  backend: string,
  deps: BackendDeps,
): Promise<ScriptGrants> {
  const review = await inspectProvider(`${type}.lua`, text, deps).catch(() => undefined);
  if (!review) return noGrants;
  const own = accountOfBackend(backend);
  const isOthers = (account: string): boolean => account.startsWith(accountOfBackend('')) && account !== own;
  return {
    hosts: review.base_url === '' ? [] : [new URL(review.base_url).host],
    env: review.env,
    keychain: review.keychain.filter(account => !isOthers(account)),
  };
}

type Asked = {
  question: BenchQuestion;
  line: BackendLine;
  backend: OpenBackend;
  signal: AbortSignal;
  collector: TraceCollector;
  asks: (target: Target) => void;
};

/** The call itself, as routing makes every call, but with this one backend and once. */
function ask(
  { question, line, backend, signal, collector, asks }: Asked,
  { backends, calls }: BenchDeps,
): Promise<DeltaStream> {
  const { model, pasted } = question;
  const isWhole = pasted !== null && isJsonObject(parseJson(pasted.text));
  const request = pasted ? { ...question.request, stream: !isWhole } : question.request;
  const transport = pasted ? createReplay(pasted, isWhole) : calls.transport;
  const context: CallContext = {
    client: 'studio',
    dialect_in: null,
    model_asked: `${line.name}/${model}`,
    signal,
    trace: collector.trace,
  };
  const own: CallDeps = {
    ...calls,
    backends: { ...backends, find: () => line, peek: () => backend, get: () => Promise.resolve(backend) },
    lister: listerOf(backend, calls.lister, pasted !== null),
    // A script that is being written must not close the circuit of those who use the saved one.
    health: createHealthBook(() => calls.clock.now()),
    retry: () => ({ ...calls.retry(), max_attempts: 1 }),
    transport: watchTransport(transport, sentRequest => collector.sent(sentRequest)),
    // What was never sent is no call.
    ...(pasted ? { recorder: unwritten, watch: undefined, onAttempt: undefined } : {}),
  };
  return new Promise((resolve, reject) => {
    const listener = { asks, deltas: resolve, fail: reject };
    const plan = { candidates: [{ backend: line.name, model }] as const, warnings: [] };
    startCall(plan, askChat({ words: () => request }, context, listener), context, listener, own);
  });
}

/** What the script itself says of a model goes before what is known of the saved one's. */
function listerOf(backend: OpenBackend, lister: ModelLister, isQuiet: boolean): ModelLister {
  const own = (id: string) => backend.description.models?.find(model => model.id === id);
  return {
    ...lister,
    facts: (name, model) => own(model) ?? lister.facts(name, model),
    async askFacts(name, model) {
      const known = own(model) ?? lister.facts(name, model);
      if (known || isQuiet) return known;
      return lister.askFacts(name, model).catch(() => undefined);
    },
  };
}

const unwritten = createCallRecorder({
  log: { begin: () => undefined, end: () => undefined },
  newId: () => 'pasted',
  now: () => new Date(),
});

/** Answers with a text as an upstream would. */
function createReplay({ text, status }: { text: string; status: number }, isWhole: boolean): Transport {
  const type = isWhole || status >= 300 ? 'application/json' : 'text/event-stream';
  return later(sink => {
    sink.head(status, { 'content-type': type });
    // What is copied from a terminal often lacks the empty line that ends the last event.
    sink.data(Buffer.from(isWhole ? text : `${text}\n\n`));
    sink.end();
  });
}

const silentTransport = later(sink =>
  sink.fail(
    new AppError(
      'upstream_unreachable',
      'Nothing is sent while a pasted answer is tried. Ask the upstream to let the script make its own requests.',
    ),
  ),
);

/** A transport that does what it does a moment later, as the network would. */
function later(act: (sink: UpstreamSink) => void): Transport {
  return {
    send(_request, sink) {
      let isOver = false;
      const finish = (how: () => void): void => {
        if (isOver) return;
        isOver = true;
        how();
      };
      setImmediate(() => finish(() => act(sink)));
      const flow: UpstreamFlow = {
        resume: () => undefined,
        abort: () => finish(() => sink.fail(new AppError('cancelled', 'The run was stopped.'))),
        isOver: () => isOver,
      };
      return flow;
    },
    close: () => Promise.resolve(),
  };
}
