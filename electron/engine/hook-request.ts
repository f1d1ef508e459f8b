import { AppError } from '../contract/errors.ts';
import { isJsonObject } from '../contract/json.ts';
import type { Json } from '../contract/json.ts';
import type { Backend } from './backend-registry.ts';
import { headerProblem } from './check-header.ts';
import { redactKey } from './redact-key.ts';

/** A request as hooks see and return it; names of headers in lower case. */
export type HttpRequest = { method: 'GET' | 'POST'; url: string; headers: Record<string, string> };

type HookAnswer = { changed: Json | undefined; problem: Json | undefined; key: string | null };

/** What a hook made of a request; what it left out stays as it was. Throws script_refused or script_result. */
export function readHookRequest(
  backend: Backend,
  hook: string,
  { changed, problem, key }: HookAnswer,
  before: HttpRequest,
): HttpRequest {
  if (problem !== undefined && problem !== null) {
    const reason = typeof problem === 'string' ? problem : JSON.stringify(problem);
    throw new AppError(
      'script_refused',
      `${scriptName(backend)}: ${hook} stopped the call: ${redactKey(reason, key)}`,
    );
  }
  if (!isJsonObject(changed)) {
    throw new AppError(
      'script_result',
      `${scriptName(backend)}: ${hook} must return the request, a table (or nil and an error).`,
    );
  }
  return {
    method: readMethod(backend, hook, changed.method, before.method),
    url: typeof changed.url === 'string' ? changed.url : before.url,
    headers: readHeaders(backend, changed.headers, before.headers),
  };
}

export function scriptName(backend: Backend): string {
  return `providers/${backend.config.type}.lua`;
}

function readMethod(
  backend: Backend,
  hook: string,
  given: Json | undefined,
  before: HttpRequest['method'],
): HttpRequest['method'] {
  if (given === undefined || given === null) return before;
  const method = typeof given === 'string' ? given.toUpperCase() : '';
  if (method === 'GET' || method === 'POST') return method;
  throw new AppError(
    'script_result',
    `${scriptName(backend)}: ${hook} may set the method to GET or POST only.`,
  );
}

function readHeaders(
  backend: Backend,
  given: Json | undefined,
  before: Record<string, string>,
): Record<string, string> {
  if (given === undefined || given === null) return before;
  // A list has no names: Lua's empty table, which takes all headers away.
  const headers = isJsonObject(given) ? Object.entries(given) : [];
  return Object.fromEntries(
    headers.map(([name, value]) => [name.toLowerCase(), readHeader(backend, name, value)]),
  );
}

function readHeader(backend: Backend, name: string, value: Json): string {
  const text = typeof value === 'object' ? undefined : String(value);
  const problem = text === undefined ? 'must be a string' : headerProblem(name, text);
  if (text !== undefined && problem === undefined) return text;
  throw new AppError(
    'script_result',
    `${scriptName(backend)}: the header \`${name.slice(0, 60)}\` ${problem ?? ''}.`,
  );
}
