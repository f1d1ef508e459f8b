import { isKnownDialect } from '../dialects/registry.ts';
import { AppError, toErrorInfo } from '../contract/errors.ts';
import type { ErrorInfo } from '../contract/errors.ts';
import { isJsonObject } from '../contract/json.ts';
import type { Json } from '../contract/json.ts';
import { modelFactsSchema } from '../contract/models.ts';
import type { DialectName, Model, ModelFacts } from '../contract/models.ts';
import type { Backend, BackendRegistry } from './backend-registry.ts';
import { joinUrl, plainHeaders } from './build-request.ts';
import type { ModelList } from './engine.ts';
import { fetchText } from './fetch-text.ts';
import { redactKey } from './redact-key.ts';
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
const listTimeoutMs = 15_000;

export function createModelLister(deps: {
  backends: BackendRegistry;
  transport: Transport;
  now: () => Date;
}): ModelLister {
  const known = new Map<string, Known>();
  const settled = new Map<string, Map<string, ModelFacts>>();

  /** Not bound to a caller's signal: the answer is everybody's, and has a time limit of its own. */
  function listOne(name: string, refresh: boolean): Promise<Listed> {
    const entry = known.get(name);
    if (entry && !refresh && deps.now().getTime() - entry.at < maxAgeMs) return entry.listed;
    const listed = deps.backends.get(name).then(backend => fetchModels(backend, deps.transport));
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

/** Asks one backend for its models, or takes those its script lists. */
export async function fetchModels(
  backend: Backend,
  transport: Transport,
  signal?: AbortSignal,
): Promise<Listed> {
  const added = (backend.config.models ?? []).map(each => (typeof each === 'string' ? { id: each } : each));
  const facts = mergeFacts(await providerModels(backend, transport, signal), added);
  return {
    models: facts.map(each => toModel(backend, each)),
    facts: new Map(facts.map(each => [each.id, each])),
  };
}

/** The script's list, or its function's, or the upstream's. */
async function providerModels(
  backend: Backend,
  transport: Transport,
  signal: AbortSignal | undefined,
): Promise<ModelFacts[]> {
  const { models, hasModelsFunction } = backend.description;
  if (models) return models;
  if (!hasModelsFunction) return askForModels(backend, transport, signal);
  const [list] = await backend.script.call('models', []);
  if (Array.isArray(list)) return list.map(entry => readFacts(entry)).filter(facts => facts !== undefined);
  const file = `providers/${backend.config.type}.lua`;
  throw new AppError('script_result', `${file}: models must return a list of models, each with an id.`);
}

/** What is added replaces what it knows better, field by field. */
function mergeFacts(listed: ModelFacts[], added: ModelFacts[]): ModelFacts[] {
  const merged = new Map(listed.map(each => [each.id, each]));
  for (const each of added) merged.set(each.id, { ...merged.get(each.id), ...each });
  return [...merged.values()];
}

async function askForModels(
  backend: Backend,
  transport: Transport,
  signal: AbortSignal | undefined,
): Promise<ModelFacts[]> {
  const { name } = backend.config;
  const { headers, key } = await plainHeaders(backend);
  const answer = await fetchText(
    transport,
    {
      backend: name,
      method: 'GET',
      url: joinUrl(backend.base_url, backend.description.models_path),
      headers,
      timeout_ms: Math.min(listTimeoutMs, backend.timeout_ms),
    },
    signal === undefined ? {} : { signal },
  );
  if (answer.status >= 300) {
    const said = redactKey(errorText(answer.body), key);
    throw new AppError(
      'http_error',
      `${name} answered ${String(answer.status)} when asked for its models${said}.`,
      {
        http_status: answer.status,
      },
    );
  }
  const body = parseJson(answer.body);
  if (body === undefined) {
    throw new AppError(
      'upstream_not_json',
      `${name} answered with something that is not JSON when asked for its models. Check its url.`,
    );
  }
  return readModels(backend, body);
}

async function readModels(backend: Backend, body: Json): Promise<ModelFacts[]> {
  const { name, type } = backend.config;
  const hasHook = backend.description.hooks.has('parse_models');
  const list = hasHook
    ? (await backend.script.call('parse_models', [body], { keepOrderOf: 1 }))[0]
    : isJsonObject(body)
      ? body.data
      : body;
  if (Array.isArray(list)) return list.map(entry => readFacts(entry)).filter(facts => facts !== undefined);
  throw hasHook
    ? new AppError(
        'script_result',
        `providers/${type}.lua: parse_models must return a list of models, each with an id.`,
      )
    : new AppError(
        'upstream_not_json',
        `${name} lists its models in a form Parley does not know. Add a parse_models hook to providers/${type}.lua.`,
      );
}

/** A field of the wrong kind is left out; an entry without an id is no model. */
function readFacts(entry: Json): ModelFacts | undefined {
  if (!isJsonObject(entry) || typeof entry.id !== 'string' || entry.id === '') return undefined;
  const whole = modelFactsSchema.safeParse(entry);
  if (whole.success) return whole.data;
  const name = typeof entry.name === 'string' ? { name: entry.name } : {};
  return { id: entry.id, ...name };
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

function errorText(body: string): string {
  const parsed = parseJson(body);
  const error = isJsonObject(parsed) ? parsed.error : undefined;
  const message = isJsonObject(error) ? error.message : error;
  return typeof message === 'string' && message !== '' ? ` (${message.slice(0, 300)})` : '';
}

function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json; // JSON.parse yields Json by definition
  } catch {
    return undefined;
  }
}
