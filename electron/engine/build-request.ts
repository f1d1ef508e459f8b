import { isDeepStrictEqual } from 'node:util';

import { AppError } from '../contract/errors.ts';
import { isJsonObject } from '../contract/json.ts';
import type { Json, JsonObject } from '../contract/json.ts';
import type { KeyOrigin } from '../contract/keys.ts';
import type { Backend } from './backend-registry.ts';
import type { CallTrace } from './call-trace.ts';
import { dropBodyFields, dropBodyMembers } from './drop-body-fields.ts';
import { readHookRequest, scriptName } from './hook-request.ts';
import type { HttpRequest } from './hook-request.ts';
import { joinBody, joinBytes } from './join-bytes.ts';
import { keepBodyText } from './keep-body-text.ts';
import type { ResolvedKey } from './keys/resolve-key.ts';
import { authHeader, defaultHeaders, defaultUrl, joinUrl, pathOf, plainRequest } from './plain-request.ts';
import type { PlainDraft } from './plain-request.ts';
import type { ProviderAuth } from './provider-description.ts';
import { checkReach } from './script-grants.ts';
import type { UpstreamRequest } from './transport.ts';

/** What a call sends before authentication and hooks: a body as JSON, or as the tool's own bytes. */
export type Draft = PlainDraft & {
  model: string;
  body: { type: 'json'; value: JsonObject } | { type: 'bytes'; value: readonly Buffer[] };
  callKey?: Json | undefined;
  /** Which of the backend's several keys. */
  keyIndex?: number | undefined;
  /** The caller's options, as the script's hooks get to see them; a function is asked only where a hook wants them. */
  options?: JsonObject | (() => JsonObject);
  /** Over the backend's. */
  timeout_ms?: number;
  trace?: CallTrace | undefined;
};

export type BuiltRequest = {
  request: UpstreamRequest;
  /** The key that was used, so that it can be taken out of whatever the upstream says; null without one. */
  key: string | null;
  /** Where that key came from. */
  key_origin: KeyOrigin | null;
  /** Fields that were asked for and that the provider does not take. */
  dropped: readonly string[];
};

type Body = Draft['body'];

/**
 * The last steps of the pipeline: build_url → authenticate → on_request. Throws AppError before any network. No promise is
 * made where there is nothing to wait for: no key to look up, and no script to run.
 */
export function buildRequest(backend: Backend, draft: Draft): BuiltRequest | Promise<BuiltRequest> {
  const resolving = backend.resolveKey(draft.callKey, draft.keyIndex);
  return resolving instanceof Promise
    ? resolving.then(resolved => buildWithKey(backend, draft, resolved))
    : buildWithKey(backend, draft, resolving);
}

function buildWithKey(
  backend: Backend,
  draft: Draft,
  resolved: ResolvedKey | null,
): BuiltRequest | Promise<BuiltRequest> {
  const { body, dropped } = dropFields(draft.body, backend.description.droppedBodyFields);
  // The way with hooks leads past every station, also those where none is.
  if (hasHooks(backend) || draft.trace)
    return buildByHooks(backend, { ...draft, body }, { resolved, dropped });
  const http = plainRequest(backend, draft, resolved?.key ?? null);
  const written = { http, body: body.type === 'bytes' ? body.value : JSON.stringify(body.value) };
  return toBuilt(backend, draft, written, { resolved, dropped });
}

async function buildByHooks(backend: Backend, draft: Draft, known: Known): Promise<BuiltRequest> {
  const { trace, body } = draft;
  trace?.key(known.resolved);
  trace?.step('drop_body_fields', { body: body.type === 'bytes' ? joinBytes(body.value) : body.value });
  const written = await runHooks(backend, draft, known.resolved?.key ?? null);
  checkReachOnce(written.http.url, backend);
  return toBuilt(backend, draft, written, known);
}

type Known = { resolved: ResolvedKey | null; dropped: readonly string[] };

function toBuilt(
  backend: Backend,
  draft: Draft,
  { http, body }: Written,
  { resolved, dropped }: Known,
): BuiltRequest {
  const request: UpstreamRequest = {
    backend: backend.config.name,
    method: http.method,
    url: http.url,
    headers: http.headers,
    timeout_ms: draft.timeout_ms ?? backend.timeout_ms,
  };
  if (http.method !== 'GET') request.body = body;
  return { key: resolved?.key ?? null, key_origin: resolved?.origin ?? null, dropped, request };
}

type Written = { http: HttpRequest; body: readonly Buffer[] | string };

function hasHooks({ description: { hooks } }: Backend): boolean {
  return hooks.has('build_url') || hooks.has('authenticate') || hooks.has('on_request');
}

const noneDropped: readonly string[] = [];

function dropFields(body: Body, fields: ReadonlySet<string>): { body: Body; dropped: readonly string[] } {
  if (fields.size === 0) return { body, dropped: noneDropped };
  if (body.type === 'bytes') {
    const { bytes, dropped } = dropBodyMembers(joinBytes(body.value), fields);
    return { body: { type: 'bytes', value: [bytes] }, dropped: dropped.filter(isAskedFor) };
  }
  const { value, dropped } = dropBodyFields(body.value, fields);
  return { body: { type: 'json', value }, dropped: dropped.filter(isAskedFor) };
}

/** Parley itself asks for usage in each stream; an upstream that does not know the field mostly reports it anyway. */
function isAskedFor(field: string): boolean {
  return field !== 'stream_options';
}

async function runHooks(backend: Backend, draft: Draft, key: string | null): Promise<Written> {
  const options = hookOptions(backend, draft);
  const url = await buildUrl(backend, draft, options, key);
  const bare: HttpRequest = { method: 'POST', url, headers: defaultHeaders(backend, draft) };
  draft.trace?.step('build_url', bare);
  const authenticated = await authenticate(backend, bare, key, options);
  draft.trace?.step('authenticate', authenticated);
  const written = await runOnRequest(backend, authenticated, draft, key);
  draft.trace?.step('on_request', { ...written.http, body: joinBody(written.body) });
  return written;
}

const lastReached = new WeakMap<Backend, string>();

/** Most calls of a backend go to one address: it is checked once. */
function checkReachOnce(url: string, backend: Backend): void {
  if (lastReached.get(backend) === url) return;
  checkReach(url, backend.reach, backend.config.name);
  lastReached.set(backend, url);
}

/** A request that is no call: for the list of models, or a health check. */
export async function buildGet(
  backend: Backend,
  path: string,
  longestWaitMs: number,
): Promise<Pick<BuiltRequest, 'request' | 'key'>> {
  const resolved = await backend.resolveKey();
  const key = resolved?.key ?? null;
  const url = joinUrl(backend.base_url, path);
  const bare: HttpRequest = {
    method: 'GET',
    url,
    headers: { accept: 'application/json', ...backend.headers },
  };
  const http = await authenticate(backend, bare, key, () => ({ base_url: backend.base_url }));
  checkReach(http.url, backend.reach, backend.config.name);
  return {
    key,
    request: {
      backend: backend.config.name,
      method: 'GET',
      url: http.url,
      headers: http.headers,
      timeout_ms: Math.min(longestWaitMs, backend.timeout_ms),
    },
  };
}

/** Runs modify_body. */
export async function modifyBody(
  backend: Backend,
  body: JsonObject,
  context: JsonObject,
  options: JsonObject,
): Promise<JsonObject> {
  const [changed] = await backend.script.call('modify_body', [body, context, options]);
  if (isJsonObject(changed)) return changed;
  throw new AppError('script_result', `${scriptName(backend)}: modify_body must return the body, a table.`);
}

async function buildUrl(
  backend: Backend,
  draft: Draft,
  options: () => JsonObject,
  key: string | null,
): Promise<string> {
  if (!backend.description.hooks.has('build_url')) return defaultUrl(backend, draft);
  const path = pathOf(backend, draft);
  const [url] = await backend.script.call('build_url', [path, options()], keyOption(key));
  if (typeof url === 'string') return url;
  throw new AppError('script_result', `${scriptName(backend)}: build_url must return the address, a string.`);
}

async function authenticate(
  backend: Backend,
  http: HttpRequest,
  key: string | null,
  options: () => JsonObject,
): Promise<HttpRequest> {
  if (backend.description.hooks.has('authenticate')) {
    const given = { ...options(), api_key: key ?? '', auth_header: headerOf(backend.description.auth) };
    const [changed, problem] = await backend.script.call('authenticate', [http, given], keyOption(key));
    return readHookRequest(backend, 'authenticate', { changed, problem, key }, http);
  }
  return { ...http, headers: { ...http.headers, ...authHeader(backend, key) } };
}

async function runOnRequest(
  backend: Backend,
  http: HttpRequest,
  draft: Draft,
  key: string | null,
): Promise<Written> {
  const { body } = draft;
  if (!backend.description.hooks.has('on_request')) {
    return { http, body: body.type === 'bytes' ? body.value : JSON.stringify(body.value) };
  }
  const before =
    body.type === 'json' ? body.value : (JSON.parse(joinBytes(body.value).toString('utf8')) as JsonObject); // readRequest made sure it is an object
  const messages = before.messages ?? null;
  const asked: JsonObject = { ...http, model: draft.model, messages, body: before };
  const [changed, problem] = await backend.script.call('on_request', [asked], keyOption(key));
  const changedHttp = readHookRequest(backend, 'on_request', { changed, problem, key }, http);
  const after = isJsonObject(changed) ? changed : asked;
  const url = urlAfterHook(changedHttp.url, { before, after, asked });
  return { http: { ...changedHttp, url }, body: bodyAfterHook({ before, after, asked }, body) };
}

type HookBodies = { before: JsonObject; after: JsonObject; asked: JsonObject };

/** Bytes stay bytes when the hook left the body alone; else what it wrote into body, model and messages counts. */
function bodyAfterHook({ before, after, asked }: HookBodies, sent: Body): Written['body'] {
  if (typeof after.body === 'string') return after.body;
  const body = isJsonObject(after.body) ? { ...after.body } : { ...before };
  if (before.model !== undefined && typeof after.model === 'string' && after.model !== asked.model)
    body.model = after.model;
  if (Array.isArray(after.messages) && !isDeepStrictEqual(after.messages, asked.messages))
    body.messages = after.messages;
  if (sent.type === 'json') return JSON.stringify(body);
  if (isDeepStrictEqual(body, before)) return sent.value;
  return keepBodyText(body, before, joinBytes(sent.value).toString('utf8'));
}

/** Gemini names the model in the address, not in the body. */
function urlAfterHook(url: string, { before, after, asked }: HookBodies): string {
  if (before.model !== undefined || typeof asked.model !== 'string' || typeof after.model !== 'string')
    return url;
  const segment = (model: string): string => `/models/${encodeURIComponent(model)}:`;
  return url.replace(segment(asked.model), segment(after.model));
}

function hookOptions(backend: Backend, draft: Draft): () => JsonObject {
  const { options = {}, model, stream } = draft;
  return () => ({
    ...(typeof options === 'function' ? options() : options),
    base_url: backend.base_url,
    model,
    stream,
  });
}

function headerOf(auth: ProviderAuth): string {
  return auth.type === 'header' ? auth.name : 'authorization';
}

/** What `config.api_key` holds while a hook runs. */
export function keyOption(key: string | null): { api_key?: string } {
  return key === null ? {} : { api_key: key };
}
