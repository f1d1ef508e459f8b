import { isDeepStrictEqual } from 'node:util';

import { AppError } from '../contract/errors.ts';
import { isJsonObject } from '../contract/json.ts';
import type { Json, JsonObject } from '../contract/json.ts';
import type { Backend } from './backend-registry.ts';
import type { ProviderAuth } from './provider-description.ts';
import { redactKey } from './redact-key.ts';
import { checkReach } from './script-grants.ts';
import type { UpstreamRequest } from './transport.ts';

/** What a call sends before authentication and hooks: a body as JSON, or as the tool's own bytes. */
export type Draft = {
  /** The dialect's path, e.g. `/v1/chat/completions`. */
  path: string;
  model: string;
  stream: boolean;
  body: { type: 'json'; value: JsonObject } | { type: 'bytes'; value: Buffer };
  callKey?: Json;
  /** The caller's options, as the script's hooks get to see them. */
  options?: JsonObject;
  /** Over the backend's. */
  timeout_ms?: number;
};

export type BuiltRequest = {
  request: UpstreamRequest;
  /** The key that was used, so that it can be taken out of whatever the upstream says; null without one. */
  key: string | null;
};

type HttpRequest = { method: string; url: string; headers: Record<string, string> };

/** The last steps of the pipeline: build_url → authenticate → on_request. Throws AppError before any network. */
export async function buildRequest(backend: Backend, draft: Draft): Promise<BuiltRequest> {
  const resolved = await backend.resolveKey(draft.callKey);
  const key = resolved?.key ?? null;
  const url = await buildUrl(backend, draft, key);
  const bare: HttpRequest = { method: 'POST', url, headers: defaultHeaders(backend, draft.stream) };
  const authenticated = await authenticate(backend, bare, key, hookOptions(backend, draft));
  const { http, body } = await runOnRequest(backend, authenticated, draft, key);
  checkReach(http.url, backend.reach, backend.config.name);
  return {
    key,
    request: {
      backend: backend.config.name,
      method: http.method === 'GET' ? 'GET' : 'POST',
      url: http.url,
      headers: http.headers,
      body,
      timeout_ms: draft.timeout_ms ?? backend.timeout_ms,
    },
  };
}

/** Headers of every request to a backend, model lists and health checks included. */
export async function plainHeaders(
  backend: Backend,
): Promise<{ headers: Record<string, string>; key: string | null }> {
  const resolved = await backend.resolveKey();
  const key = resolved?.key ?? null;
  const bare = {
    method: 'GET',
    url: backend.base_url,
    headers: { accept: 'application/json', ...backend.headers },
  };
  const { headers } = await authenticate(backend, bare, key, { base_url: backend.base_url });
  return { headers, key };
}

/** Runs modify_body, where the script has it. */
export async function modifyBody(
  backend: Backend,
  body: JsonObject,
  context: JsonObject,
  options: JsonObject,
): Promise<JsonObject> {
  if (!backend.description.hooks.has('modify_body')) return body;
  const [changed] = await backend.script.call('modify_body', [body, context, options]);
  if (isJsonObject(changed)) return changed;
  throw new AppError('script_result', `${scriptName(backend)}: modify_body must return the body, a table.`);
}

function defaultHeaders(backend: Backend, stream: boolean): Record<string, string> {
  return {
    'content-type': 'application/json',
    accept: stream ? 'text/event-stream' : 'application/json',
    ...backend.headers,
  };
}

async function buildUrl(backend: Backend, draft: Draft, key: string | null): Promise<string> {
  const path = backend.description.completions_path ?? draft.path;
  if (!backend.description.hooks.has('build_url')) return joinUrl(backend.base_url, path);
  const [url] = await backend.script.call('build_url', [path, hookOptions(backend, draft)], keyOption(key));
  if (typeof url === 'string') return url;
  throw new AppError('script_result', `${scriptName(backend)}: build_url must return the address, a string.`);
}

async function authenticate(
  backend: Backend,
  http: HttpRequest,
  key: string | null,
  options: JsonObject,
): Promise<HttpRequest> {
  if (backend.description.hooks.has('authenticate')) {
    const given = { ...options, api_key: key ?? '', auth_header: headerOf(backend.description.auth) };
    const [changed, problem] = await backend.script.call('authenticate', [http, given], keyOption(key));
    return readHookRequest(backend, 'authenticate', { changed, problem, key }, http);
  }
  const { auth } = backend.description;
  if (auth.type === 'none' || key === null) return http;
  const header = auth.type === 'bearer' ? { authorization: `Bearer ${key}` } : { [auth.name]: key };
  return { ...http, headers: { ...http.headers, ...header } };
}

async function runOnRequest(
  backend: Backend,
  http: HttpRequest,
  draft: Draft,
  key: string | null,
): Promise<{ http: HttpRequest; body: Buffer | string }> {
  const { body } = draft;
  if (!backend.description.hooks.has('on_request')) {
    return { http, body: body.type === 'bytes' ? body.value : JSON.stringify(body.value) };
  }
  const before = body.type === 'json' ? body.value : (JSON.parse(body.value.toString('utf8')) as JsonObject); // readRequest made sure it is an object
  const messages = before.messages ?? null;
  const asked: JsonObject = { ...http, model: draft.model, messages, body: before };
  const [changed, problem] = await backend.script.call('on_request', [asked], keyOption(key));
  const changedHttp = readHookRequest(backend, 'on_request', { changed, problem, key }, http);
  const after = isJsonObject(changed) ? changed : asked;
  return { http: changedHttp, body: bodyAfterHook({ before, after, asked }, body) };
}

/** Bytes stay bytes when the hook left the body alone; else what it wrote into body, model and messages counts. */
function bodyAfterHook(
  hook: { before: JsonObject; after: JsonObject; asked: JsonObject },
  sent: Draft['body'],
): Buffer | string {
  const { before, after, asked } = hook;
  if (typeof after.body === 'string') return after.body;
  const body = isJsonObject(after.body) ? { ...after.body } : { ...before };
  if (typeof after.model === 'string' && after.model !== asked.model) body.model = after.model;
  if (Array.isArray(after.messages) && !isDeepStrictEqual(after.messages, asked.messages))
    body.messages = after.messages;
  if (sent.type === 'bytes' && isDeepStrictEqual(body, before)) return sent.value;
  return JSON.stringify(body);
}

function readHookRequest(
  backend: Backend,
  hook: string,
  { changed, problem, key }: { changed: Json | undefined; problem: Json | undefined; key: string | null },
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
  const headers = isJsonObject(changed.headers) ? changed.headers : {};
  return {
    method: typeof changed.method === 'string' ? changed.method.toUpperCase() : before.method,
    url: typeof changed.url === 'string' ? changed.url : before.url,
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.toLowerCase(), headerValue(backend, name, value)]),
    ),
  };
}

function headerValue(backend: Backend, name: string, value: Json): string {
  const isPlain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  // Anything else in a header would break the request's framing.
  if (isPlain && /^[\t\x20-\x7e\x80-\xff]*$/.test(String(value)) && /^[\w!#$%&'*+.^`|~-]+$/.test(name))
    return String(value);
  throw new AppError(
    'script_result',
    `${scriptName(backend)}: the header \`${name.slice(0, 60)}\` has a name or value that cannot be sent.`,
  );
}

/** People give addresses with the version (`http://localhost:1234/v1`), as other tools want them: it is not doubled. */
export function joinUrl(baseUrl: string, path: string): string {
  const version = /^\/v\d+(?:beta)?(?=\/)/.exec(path)?.[0];
  const isDoubled = version !== undefined && baseUrl.endsWith(version);
  return baseUrl + (isDoubled ? path.slice(version.length) : path);
}

function hookOptions(backend: Backend, draft: Draft): JsonObject {
  return { ...draft.options, base_url: backend.base_url, model: draft.model, stream: draft.stream };
}

function headerOf(auth: ProviderAuth): string {
  return auth.type === 'header' ? auth.name : 'authorization';
}

function keyOption(key: string | null): { api_key?: string } {
  return key === null ? {} : { api_key: key };
}

function scriptName(backend: Backend): string {
  return `providers/${backend.config.type}.lua`;
}
