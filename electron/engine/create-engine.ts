import type { BackendCheck, BackendStatus } from '../contract/backends.ts';
import type { CallWatch } from '../contract/call-watch.ts';
import type { Attempt, CallLog } from '../contract/calls.ts';
import type { Config } from '../contract/config.ts';
import { AppError, toAppError } from '../contract/errors.ts';
import { newId } from '../contract/new-id.ts';
import { splitModelName } from '../contract/models.ts';
import type { Model } from '../contract/models.ts';
import type { ChatRequest } from '../contract/request.ts';
import { statusOf } from '../dialects/error-status.ts';
import { createTokenCounter } from './count-tokens.ts';
import { createBackendLines } from './backend-lines.ts';
import type { BackendLines } from './backend-lines.ts';
import { createBackendRegistry, unknownBackend } from './backend-registry.ts';
import type { BackendLine, BackendRegistry } from './backend-registry.ts';
import { checkBackend, describeBackend } from './check-backend.ts';
import type { CallContext, DeltaStream, Engine, Plan, ResolveOptions } from './engine.ts';
import { describePrices } from './describe-prices.ts';
import { embedByPlan } from './embed-by-plan.ts';
import { findBrokenScripts } from './find-broken-scripts.ts';
import { inspectProvider } from './inspect-provider.ts';
import type { Keychain } from './keys/keychain.ts';
import { hideModels } from './hide-models.ts';
import { createModelLister } from './list-models.ts';
import type { ModelLister } from './list-models.ts';
import { listProviders } from './list-providers.ts';
import type { ScriptHost } from './lua/script-host.ts';
import { createProviderDesk } from './provider-desk.ts';
import { createCallRecorder } from './record-call.ts';
import type { CallRecorder } from './record-call.ts';
import { addAliases, asAlias } from './routing/alias-models.ts';
import { askChat } from './routing/ask-chat.ts';
import { createHealthBook } from './routing/backend-health.ts';
import type { HealthBook } from './routing/backend-health.ts';
import { checkAlias, createPlanner } from './routing/create-planner.ts';
import type { Planner } from './routing/create-planner.ts';
import { openTarget } from './routing/open-target.ts';
import { startCall } from './routing/start-call.ts';
import type { CallDeps, SpendingCheck } from './routing/call-deps.ts';
import { systemClock } from './routing/routing-clock.ts';
import type { RoutingClock } from './routing/routing-clock.ts';
import type { ScriptGrants } from './script-grants.ts';
import type { ScriptLibrary } from './script-library.ts';
import { createTestBench } from './test-bench.ts';
import type { TestBench } from './test-bench.ts';
import type { TextCounter } from './text-counter.ts';
import type { Transport } from './transport.ts';

export type EngineDeps = {
  config(): Config;
  /** Backends that are there without a line in parley.yaml: the demo. */
  builtInBackends(): BackendLine[];
  library: ScriptLibrary;
  host: ScriptHost;
  transport: Transport;
  /** Counts tokens where an upstream does not. */
  texts: TextCounter;
  /** The proxy an address is reached through, for those who check a backend. */
  proxyOf?: (url: string) => Promise<string | null>;
  keychain: Keychain;
  env: Record<string, string | undefined>;
  /** What the person granted a script of their own, as long as its source is the approved one. */
  grantsOf?: (type: string, sha256: string) => Promise<ScriptGrants>;
  /** Source of a script that was approved before, to compare an update with. */
  approvedSource?: (type: string) => Promise<string | null>;
  callLog: CallLog;
  /** Told of every time an upstream was asked, when that has ended. It neither throws nor waits. */
  onAttempt?: (attempt: Attempt) => void;
  /** Watches what calls send to upstreams and get from them. */
  watch?: Pick<CallWatch, 'sent'>;
  /** Asked before a call goes to a backend: a budget may be used up. */
  refuse?: SpendingCheck;
  /** `from` says that a script wrote it, and may quote a chat. */
  log(backend: string, level: 'info' | 'warn' | 'error', message: string, from?: 'script'): void;
  newId?: () => string;
  now?: () => Date;
  /** Time and chance of retries. */
  clock?: RoutingClock;
};

type Parts = {
  lines: BackendLines;
  backends: BackendRegistry;
  lister: ModelLister;
  recorder: CallRecorder;
  planner: Planner;
  health: HealthBook;
  /** What a call needs. */
  calls: CallDeps;
  checkDeps: Parameters<typeof checkBackend>[1];
};

export type EngineControl = Engine &
  TestBench & {
    /** Backends that cannot be asked because of their script, as far as that is known without a call. */
    brokenScripts(): ReturnType<typeof findBrokenScripts>;
    /** Scripts or settings changed. */
    reload(): void;
  };

export function createEngine(deps: EngineDeps): EngineControl {
  const parts = createParts(deps);
  const { lines, backends, lister, planner, calls } = parts;
  const loading = { ...deps, lines, defaultTimeoutMs: () => deps.config().llm.timeout_ms };
  reportAliases(deps, lines);
  return {
    resolveModel: (name, options) => resolveOrRecord(name, options ?? {}, parts),
    answer: (plan, question, context, listener) =>
      startCall(plan, askChat(question, context, listener), context, listener, calls),
    streamDeltas: (plan, request, context) => askInWords(plan, request, context, calls),
    embed: (plan, asked, context, asks) => embedByPlan(plan, { asked, asks }, context, calls),
    countTokens: createTokenCounter({
      open: async (candidate, spoken) => openTarget(candidate, spoken, parts),
      transport: deps.transport,
      watch: deps.watch,
      texts: deps.texts,
      now: () => calls.clock.now(),
    }),
    targetOf: async (candidate, dialectIn) => (await openTarget(candidate, dialectIn ?? null, parts)).target,
    ...createProviderDesk(loading, backends),
    ...createTestBench({ loading, backends, calls }),
    listModels: async options => {
      const list = addAliases(await lister.list(options), planner.aliases());
      return hideModels(list, deps.config().llm.hidden_models, options?.hidden === true);
    },
    getModel: name => getModel(name, parts),
    listPrices: async called => {
      const { models } = await lister.list({ patience_ms: 3_000 });
      return describePrices(models, called, { ...deps, backends });
    },
    listBackends: () => Promise.all(lines.all().map(line => describeStatus(line, parts))),
    brokenScripts: () => findBrokenScripts(lines.all(), { ...deps, backends }),
    circuits: () => listCircuits(parts),
    checkBackend: (name, signal, onStep) => checkAndHeal(name, parts, signal, onStep),
    listProviders: () => listProviders(backends, deps),
    inspectProvider: (fileName, source, readBeside) => inspectProvider(fileName, source, deps, readBeside),
    reload() {
      backends.reload();
      lister.forget();
      planner.forget();
      reportAliases(deps, lines);
    },
    async close() {
      await deps.transport.close();
      deps.texts.close();
      await parts.recorder.settle();
      await backends.close();
      await deps.host.close();
    },
    countEnding: () => deps.host.countEnding(),
  };
}

function createParts(deps: EngineDeps): Parts {
  const now = deps.now ?? ((): Date => new Date());
  const clock = deps.clock ?? systemClock;
  const lines = createBackendLines({ config: () => deps.config(), builtIn: () => deps.builtInBackends() });
  const backends = createBackendRegistry({
    ...deps,
    lines,
    defaultTimeoutMs: () => deps.config().llm.timeout_ms,
  });
  const lister = createModelLister({ ...deps, backends, now });
  const recorder = createCallRecorder({
    log: deps.callLog,
    newId: deps.newId ?? (() => newId()),
    now,
    correctedPrice: model => deps.config().llm.prices[model],
  });
  const planner = createPlanner({ config: () => deps.config(), lines, lister, now: () => clock.now() });
  const health = createHealthBook(() => clock.now());
  const calls: CallDeps = {
    backends,
    lister,
    recorder,
    transport: deps.transport,
    texts: deps.texts,
    health,
    clock,
    retry: () => deps.config().llm.retry,
    now,
    onAttempt: deps.onAttempt,
    watch: deps.watch,
    refuse: deps.refuse,
  };
  return { lines, backends, lister, recorder, planner, health, calls, checkDeps: { ...deps, backends } };
}

async function describeStatus(line: BackendLine, { health, checkDeps }: Parts): Promise<BackendStatus> {
  return { ...(await describeBackend(line, checkDeps)), ...health.describe(line) };
}

function listCircuits({ lines, health }: Parts): ReturnType<Engine['circuits']> {
  return lines.all().flatMap(line => {
    const { circuit } = health.describe(line);
    return circuit ? [{ backend: line.name, ...circuit }] : [];
  });
}

/** What an alias names in vain stands in the log, once for each state of the settings. */
function reportAliases(deps: EngineDeps, lines: BackendLines): void {
  for (const [alias, targets] of Object.entries(deps.config().llm.aliases)) {
    for (const problem of checkAlias(alias, targets, lines)) deps.log(alias, 'warn', problem);
  }
}

/** A call that finds no model is a row of the ledger like any other. */
function resolveOrRecord(
  name: string,
  { record_for: caller }: ResolveOptions,
  { planner, recorder }: Parts,
): Plan | Promise<Plan> {
  const record = (error: unknown): never => {
    const known = toAppError(error);
    const backend = splitModelName(name)?.backend ?? '';
    if (caller) {
      const ended = { status: 'error', http_status: statusOf(known), error: known, attempts: 0 } as const;
      recorder.begin(caller, { backend, dialect: null }).end(ended);
    }
    throw known;
  };
  try {
    const plan = planner.plan(name);
    return plan instanceof Promise ? plan.catch(record) : plan;
  } catch (error) {
    return record(error);
  }
}

function askInWords(
  plan: Plan,
  request: ChatRequest,
  context: CallContext,
  calls: CallDeps,
): Promise<DeltaStream> {
  return new Promise((resolve, reject) => {
    const listener = { deltas: resolve, fail: reject };
    startCall(plan, askChat({ words: () => request }, context, listener), context, listener, calls);
  });
}

/** A backend that is found to be well gets its calls again at once. */
async function checkAndHeal(
  name: string,
  { backends, health, checkDeps }: Parts,
  signal?: AbortSignal,
  onStep?: (check: BackendCheck) => void,
): ReturnType<Engine['checkBackend']> {
  const line = backends.find(name);
  if (!line) throw unknownBackend(name, backends.lines());
  const check = await checkBackend(line, checkDeps, signal, onStep);
  if (check.ok) health.of(line).circuit.succeed();
  return { ...check, ...health.describe(line) };
}

async function getModel(name: string, { planner, lister }: Parts): Promise<Model> {
  const { candidates } = await planner.plan(name);
  const [{ backend, model }] = candidates;
  const known = await lister.find(backend, `${backend}/${model}`);
  const isAlias = planner.aliases().some(({ alias }) => alias === name);
  if (known) return isAlias ? asAlias(name, known) : known;
  throw new AppError(
    'unknown_model',
    `There is no model named "${name}". parley models lists those there are.`,
  );
}
