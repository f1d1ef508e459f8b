import { AppError } from '../contract/errors.ts';
import { isJsonObject } from '../contract/json.ts';
import type { Json } from '../contract/json.ts';
import { modelFactsSchema } from '../contract/models.ts';
import type { ModelFacts } from '../contract/models.ts';
import type { Backend } from './backend-registry.ts';
import { buildGet, keyOption } from './build-request.ts';
import { fetchText } from './fetch-text.ts';
import { scriptName } from './hook-request.ts';
import { redactKey } from './redact-key.ts';
import type { Transport } from './transport.ts';
import { errorText, parseJson } from './upstream-text.ts';

export type ReadModels = {
  models: ModelFacts[];
  /** One sentence on what stood in the list and is no model, or no fact of one; absent where all was well. */
  leftOut?: string;
};

const listTimeoutMs = 15_000;
const mostNamed = 3;

/** The script's list, or its function's, or the upstream's. Throws what is wrong with the list as a whole. */
export async function readModels(
  backend: Backend,
  transport: Transport,
  signal: AbortSignal | undefined,
): Promise<ReadModels> {
  const { models, hasModelsFunction } = backend.description;
  if (models) return { models };
  if (!hasModelsFunction) return askForModels(backend, transport, signal);
  const resolved = await Promise.resolve(backend.resolveKey()).catch(() => null); // a list may need no key; a call says what is wrong with it
  const [list] = await backend.script.call('models', [], keyOption(resolved?.key ?? null));
  if (Array.isArray(list)) return readList(backend, list);
  throw new AppError(
    'script_result',
    `${scriptName(backend)}: models must return a list of models, each with an id.`,
  );
}

async function askForModels(
  backend: Backend,
  transport: Transport,
  signal: AbortSignal | undefined,
): Promise<ReadModels> {
  const { name } = backend.config;
  const { request, key } = await buildGet(backend, backend.description.models_path, listTimeoutMs);
  const answer = await fetchText(transport, request, signal === undefined ? {} : { signal });
  if (answer.status >= 300) {
    const said = redactKey(errorText(answer.body), key);
    throw new AppError(
      'http_error',
      `${name} answered ${String(answer.status)} when asked for its models${said}.`,
      { http_status: answer.status },
    );
  }
  const body = parseJson(answer.body);
  if (body === undefined) {
    throw new AppError(
      'upstream_not_json',
      `${name} answered with something that is not JSON when asked for its models. Check its url.`,
    );
  }
  return readAnswer(backend, body, key);
}

async function readAnswer(backend: Backend, body: Json, key: string | null): Promise<ReadModels> {
  if (backend.description.hooks.has('parse_models')) {
    const [list] = await backend.script.call('parse_models', [body], { keepOrderOf: 1, ...keyOption(key) });
    if (Array.isArray(list)) return readList(backend, list);
    throw new AppError(
      'script_result',
      `${scriptName(backend)}: parse_models must return a list of models, each with an id.`,
    );
  }
  const list = isJsonObject(body) ? body.data : body;
  if (Array.isArray(list)) return readList(backend, list);
  throw new AppError(
    'upstream_not_json',
    `${backend.config.name} lists its models in a form Parley does not know. Add a parse_models hook to ${scriptName(backend)}.`,
  );
}

/** A field of the wrong kind is left out, and an entry without an id: neither takes the others with it. */
function readList(backend: Backend, list: readonly Json[]): ReadModels {
  const problems: string[] = [];
  const models = list.flatMap((entry, index) => readFacts(entry, index + 1, problems));
  if (problems.length === 0) return { models };
  const more = problems.length > mostNamed ? ` and ${String(problems.length - mostNamed)} more` : '';
  const named = problems.slice(0, mostNamed).join(', ');
  return {
    models,
    leftOut: `${scriptName(backend)}: in the list of models of ${backend.config.name} was left out: ${named}${more}.`,
  };
}

function readFacts(entry: Json, number: number, problems: string[]): ModelFacts[] {
  const id = isJsonObject(entry) ? entry.id : undefined;
  if (!isJsonObject(entry) || typeof id !== 'string' || id === '') {
    problems.push(`entry ${String(number)}, which has no id`);
    return [];
  }
  const whole = modelFactsSchema.safeParse(entry);
  if (whole.success) return [whole.data];
  const wrong = new Set(whole.error.issues.map(issue => String(issue.path[0])));
  problems.push(...[...wrong].map(field => `${field} of ${id.slice(0, 100)}`));
  const rest = Object.fromEntries(Object.entries(entry).filter(([field]) => !wrong.has(field)));
  return [modelFactsSchema.parse(rest)];
}
