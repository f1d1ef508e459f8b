import { isKnownDialect } from '../dialects/registry.ts';
import { AppError, toErrorInfo } from '../contract/errors.ts';
import type { ErrorInfo } from '../contract/errors.ts';
import type { DialectName, Model, ModelFacts } from '../contract/models.ts';
import type { Backend, BackendRegistry } from './backend-registry.ts';
import type { ModelList } from './engine.ts';
import { mergeModels } from './merge-models.ts';
import { readModels } from './read-models.ts';
import type { Transport } from './transport.ts';

export type ModelLister = {
  /** All models of all enabled backends. The demo's are left out once another backend has some. */
  list(options?: ListOptions): Promise<ModelList>;
  /** What is known of a model without asking anybody. */
  facts(backend: string, model: string): ModelFacts | undefined;
  /** The same, listing the backend's models first where that was not done. */
  askFacts(backend: string, model: string): Promise<ModelFacts | undefined>;
  /** One model of a backend by its full name; undefined where the backend does not list it. */
  find(backend: string, name: string): Promise<Model | undefined>;
  /** Everything known may be out of date. */
  forget(): void;
};

export type ListOptions = {
  refresh?: boolean;
  /** Milliseconds after which those that have not answered are left out, so that one dead server holds up nobody. */
  patience_ms?: number;
};

type Listed = { models: Model[]; facts: Map<string, ModelFacts> };
type Known = { at: number; listed: Promise<Listed> };

const maxAgeMs = 10 * 60_000;
/** A backend that could not be asked is asked again sooner. */
const retryAfterMs = 15_000;

export type FetchDeps = {
  transport: Transport;
  /** Told of entries that are no models. */
  log: (backend: string, level: 'warn', message: string) => void;
};

export function createModelLister(deps: {
  backends: BackendRegistry;
  transport: Transport;
  log: FetchDeps['log'];
  now: () => Date;
}): ModelLister {
  const known = new Map<string, Known>();
  const settled = new Map<string, Map<string, ModelFacts>>();

  /** Not bound to a caller's signal: the answer is everybody's, and has a time limit of its own. */
  function listOne(name: string, refresh: boolean): Promise<Listed> {
    const entry = known.get(name);
    if (entry && !refresh && deps.now().getTime() - entry.at < maxAgeMs) return entry.listed;
    const listed = deps.backends.get(name).then(backend => fetchModels(backend, deps));
    const fresh: Known = { at: deps.now().getTime(), listed };
    known.set(name, fresh);
    listed.then(
      ({ facts }) => settled.set(name, facts),
      () => {
        fresh.at -= maxAgeMs - retryAfterMs;
      },
    );
    return listed;
  }

  return {
    async list({ refresh = false, patience_ms: patienceMs } = {}) {
      const lines = deps.backends.lines().filter(line => line.enabled);
      const results = await Promise.allSettled(
        lines.map(({ name }) => orTooSlow(listOne(name, refresh), name, patienceMs)),
      );
      const models: Model[] = [];
      const problems: { backend: string; error: ErrorInfo }[] = [];
      results.forEach((result, index) => {
        const backend = lines[index]?.name ?? '';
        if (result.status === 'fulfilled') models.push(...result.value.models);
        else problems.push({ backend, error: toErrorInfo(result.reason) });
      });
      const hasReal = models.some(model => !model.demo);
      return { models: hasReal ? models.filter(model => !model.demo) : models, problems };
    },
    facts: (backend, model) => settled.get(backend)?.get(model),
    askFacts: async (backend, model) => (await listOne(backend, false)).facts.get(model),
    find: async (backend, name) => (await listOne(backend, false)).models.find(model => model.id === name),
    forget: () => known.clear(),
  };
}

async function orTooSlow(
  listed: Promise<Listed>,
  backend: string,
  patienceMs: number | undefined,
): Promise<Listed> {
  if (patienceMs === undefined) return listed;
  let timer: NodeJS.Timeout | undefined;
  const tooSlow = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const message = `${backend} has not answered yet; its models will be here once it has.`;
      reject(new AppError('upstream_timeout', message));
    }, patienceMs);
  });
  try {
    return await Promise.race([listed, tooSlow]);
  } finally {
    clearTimeout(timer);
  }
}

/** Asks one backend for its models, or takes those its script lists; models of the settings are merged over them. */
export async function fetchModels(
  backend: Backend,
  { transport, log }: FetchDeps,
  signal?: AbortSignal,
): Promise<Listed> {
  const release = backend.lease();
  try {
    const { models, leftOut } = await readModels(backend, transport, signal);
    if (leftOut !== undefined) log(backend.config.name, 'warn', leftOut);
    const added = (backend.config.models ?? []).map(each => (typeof each === 'string' ? { id: each } : each));
    const facts = mergeModels(models, added);
    return {
      models: facts.map(each => toModel(backend, each)),
      facts: new Map(facts.map(each => [each.id, each])),
    };
  } finally {
    release();
  }
}

function toModel(backend: Backend, facts: ModelFacts): Model {
  return {
    ...facts,
    id: `${backend.config.name}/${facts.id}`,
    name: facts.name ?? facts.id,
    backend: backend.config.name,
    provider: backend.config.type,
    dialect: dialectOf(backend, facts),
    demo: backend.demo,
  };
}

/**
 * The dialect a model is asked in: the tool's own where the provider speaks it, so that bytes may pass as they are,
 * else the best this version knows. The provider's own dialects win over the model's.
 */
export function dialectOf(
  backend: Backend,
  facts: ModelFacts | undefined,
  spoken?: DialectName | null,
): DialectName {
  const { dialects } = backend.description;
  if (spoken && dialects.includes(spoken)) return spoken;
  const dialect = dialects.find(isKnownDialect) ?? dialects[0] ?? facts?.dialect;
  if (dialect !== undefined) return dialect;
  throw new AppError(
    'script_result',
    `providers/${backend.config.type}.lua names no dialect, and neither does its model ${facts?.id ?? ''}. Add \`dialect\` to one of them.`,
  );
}
