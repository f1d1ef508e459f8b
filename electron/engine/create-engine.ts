import { randomUUID } from 'node:crypto';

import type { CallLog } from '../contract/calls.ts';
import type { Config } from '../contract/config.ts';
import { AppError, toAppError, toErrorInfo } from '../contract/errors.ts';
import { splitModelName } from '../contract/models.ts';
import type { DialectName, Model } from '../contract/models.ts';
import { getDialect } from '../dialects/registry.ts';
import { createBackendRegistry, unknownBackend } from './backend-registry.ts';
import type { Backend, BackendLine, BackendRegistry } from './backend-registry.ts';
import { checkBackend, describeBackend } from './check-backend.ts';
import type { ByteFlow, CallContext, Engine, ResolveOptions, Target } from './engine.ts';
import { inspectProvider } from './inspect-provider.ts';
import type { Keychain } from './keys/keychain.ts';
import { createModelLister, dialectOf } from './list-models.ts';
import type { ModelLister } from './list-models.ts';
import type { ScriptHost } from './lua/script-host.ts';
import { passBytes } from './pass-bytes.ts';
import { createCallRecorder } from './record-call.ts';
import type { CallRecord, CallRecorder } from './record-call.ts';
import type { ScriptGrants } from './script-grants.ts';
import type { ScriptLibrary } from './script-library.ts';
import { streamDeltas } from './stream-deltas.ts';
import type { Transport } from './transport.ts';

export type EngineDeps = {
  config(): Config;
  /** Backends that are there without a line in parley.yaml: the demo. */
  builtInBackends(): BackendLine[];
  library: ScriptLibrary;
  host: ScriptHost;
  transport: Transport;
  keychain: Keychain;
  env: Record<string, string | undefined>;
  /** What the person granted a script of their own, as long as its source is the approved one. */
  grantsOf?: (type: string, sha256: string) => Promise<ScriptGrants>;
  /** Source of a script that was approved before, to compare an update with. */
  approvedSource?: (type: string) => Promise<string | null>;
  callLog: CallLog;
  log(backend: string, level: 'info' | 'warn' | 'error', message: string): void;
  newId?: () => string;
  now?: () => Date;
};

type Parts = { backends: BackendRegistry; lister: ModelLister; recorder: CallRecorder; deps: EngineDeps };
type Opened = { backend: Backend; record: CallRecord };

export type EngineControl = Engine & {
  /** Scripts or settings changed. */
  reload(): void;
};

export function createEngine(deps: EngineDeps): EngineControl {
  const now = deps.now ?? ((): Date => new Date());
  const backends = createBackendRegistry({
    ...deps,
    lines: () => allLines(deps),
    defaultTimeoutMs: () => deps.config().llm.timeout_ms,
  });
  const lister = createModelLister({ backends, transport: deps.transport, now });
  const recorder = createCallRecorder({ log: deps.callLog, newId: deps.newId ?? randomUUID, now });
  const parts: Parts = { backends, lister, recorder, deps };
  const checkDeps = { backends, library: deps.library, transport: deps.transport };
  return {
    resolveModel: (name, options) => resolveOrRecord(name, options ?? {}, parts),
    streamDeltas: (target, request, context) => openDeltas(target, request, context, parts),
    passBytes: (target, request, context, sink) => openBytes(target, request, context, sink, parts),
    listModels: options => lister.list(options),
    getModel: name => getModel(name, parts),
    listBackends: () => Promise.all(backends.lines().map(line => describeBackend(line, checkDeps))),
    async checkBackend(name, signal) {
      const line = backends.find(name);
      if (!line) throw unknownBackend(name, backends.lines());
      return checkBackend(line, checkDeps, signal);
    },
    listProviders: () => listProviders(parts),
    inspectProvider: (fileName, source) => inspectProvider(fileName, source, deps),
    reload() {
      backends.reload();
      lister.forget();
    },
    async close() {
      await deps.transport.close();
      await recorder.settle();
      await backends.close();
      await deps.host.close();
    },
  };
}

/** A line of the person's own wins over a built-in one of the same name. */
function allLines(deps: EngineDeps): BackendLine[] {
  const own = deps.config().llm.backends.map(line => ({ ...line, demo: false }));
  const names = new Set(own.map(line => line.name));
  return [...own, ...deps.builtInBackends().filter(line => !names.has(line.name))];
}

/** A call that finds no model, or whose script is broken, is a row of the ledger like any other. */
async function resolveOrRecord(name: string, options: ResolveOptions, parts: Parts): Promise<Target> {
  try {
    return await resolveModel(name, options.dialect_in, parts);
  } catch (error) {
    const known = toAppError(error);
    const { backend = '', model = name } = splitModelName(name) ?? {};
    const target = { backend, model, dialect: null, base_url: '', demo: false };
    if (options.record_for)
      parts.recorder.begin(options.record_for, target).end({ status: 'error', error: known });
    throw known;
  }
}

async function resolveModel(
  name: string,
  spoken: DialectName | null | undefined,
  { backends, lister, deps }: Parts,
): Promise<Target> {
  const alias = deps.config().llm.aliases[name]?.[0];
  const split = splitModelName(alias ?? name);
  if (!split) {
    const known = backends.lines().find(each => each.enabled);
    throw new AppError(
      'unknown_model',
      `There is no model named "${name}". Models are named backend/model${known ? `, for example ${known.name}/${name}` : ''}; GET /v1/models lists them.`,
    );
  }
  const line = backends.find(split.backend);
  if (!line?.enabled) throw asUnknownModel(unknownBackend(split.backend, backends.lines()), name);
  const backend = await backends.get(split.backend);
  // Where the provider has no dialect of its own, only the list of its models knows it.
  const needsList = backend.description.dialects.length === 0;
  const facts = needsList
    ? await lister.askFacts(split.backend, split.model)
    : lister.facts(split.backend, split.model);
  const { hooks } = backend.description;
  return {
    backend: split.backend,
    model: split.model,
    dialect: dialectOf(backend, facts ?? { id: split.model }, spoken),
    passes_bytes: !hooks.has('modify_body') && !hooks.has('modify_events'),
  };
}

async function getModel(name: string, { backends, lister }: Parts): Promise<Model> {
  const split = splitModelName(name);
  const isThere = split && backends.find(split.backend)?.enabled;
  const known = isThere ? await lister.find(split.backend, name) : undefined;
  if (known) return known;
  throw new AppError(
    'unknown_model',
    `There is no model named "${name}". parley models lists those there are.`,
  );
}

function asUnknownModel(error: AppError, name: string): AppError {
  return new AppError(
    'unknown_model',
    `There is no model named "${name}": ${error.message.charAt(0).toLowerCase()}${error.message.slice(1)}`,
  );
}

async function openDeltas(
  target: Target,
  request: Parameters<Engine['streamDeltas']>[1],
  context: CallContext,
  parts: Parts,
): ReturnType<Engine['streamDeltas']> {
  const { backend, record } = await open(target, context, parts);
  const facts = parts.lister.facts(target.backend, target.model);
  const model = {
    id: target.model,
    ...(facts?.reasoning === undefined ? {} : { reasoning: facts.reasoning }),
    ...(facts?.max_output_tokens === undefined ? {} : { max_output_tokens: facts.max_output_tokens }),
  };
  const dialect = getDialect(target.dialect);
  return streamDeltas(model, request, context, { backend, dialect, transport: parts.deps.transport, record });
}

/** Synchronous on the outside so that a tool that leaves early finds a flow to stop; opening goes on behind it. */
function openBytes(
  target: Target,
  request: Parameters<Engine['passBytes']>[1],
  context: CallContext,
  sink: Parameters<Engine['passBytes']>[3],
  parts: Parts,
): ByteFlow {
  let flow: ByteFlow | undefined;
  const id = (parts.deps.newId ?? randomUUID)();
  open(target, context, parts, id).then(
    ({ backend, record }) => {
      const dialect = getDialect(target.dialect);
      flow = passBytes(target, request, context, sink, {
        backend,
        dialect,
        transport: parts.deps.transport,
        record,
      });
    },
    (error: unknown) => {
      const known = toAppError(error);
      const lost = { ...target, base_url: '', demo: false };
      parts.recorder.begin(context, lost, id).end({ status: 'error', error: known });
      sink.fail(known);
    },
  );
  return { call_id: id, resume: () => flow?.resume() };
}

async function open(target: Target, context: CallContext, parts: Parts, id?: string): Promise<Opened> {
  const { backends, lister, recorder } = parts;
  const backend = await backends.get(target.backend);
  const call = {
    backend: target.backend,
    dialect: target.dialect,
    base_url: backend.base_url,
    model: target.model,
    facts: lister.facts(target.backend, target.model),
    demo: backend.demo,
  };
  return { backend, record: recorder.begin(context, call, id) };
}

async function listProviders({ backends, deps }: Parts): ReturnType<Engine['listProviders']> {
  const known = await deps.library.list();
  const lines = backends.lines();
  return Promise.all(
    known.map(async ({ type, origin, file }) => {
      const using = lines.filter(line => line.type === type);
      const info = { type, name: type, origin, file, backends: using.map(line => line.name), error: null };
      if (!using[0]) return info;
      try {
        return { ...info, name: (await backends.get(using[0].name)).description.title || type };
      } catch (error) {
        return { ...info, error: toErrorInfo(error) };
      }
    }),
  );
}
