import type { Backend } from './backend-registry.ts';
import { besidePath } from './beside-path.ts';
import type { HttpRequest } from './hook-request.ts';
import { checkReach } from './script-grants.ts';

/** What of a call says where it goes and how it is read. */
export type PlainDraft = {
  /** The dialect's path, e.g. `/v1/chat/completions`. */
  path: string;
  /** Another address of the dialect, beside that of the chat wherever the provider has that. */
  other_path?: string | undefined;
  stream: boolean;
  /** Over the backend's: what the body is to be read by. */
  headers?: Record<string, string> | undefined;
};

type Written = { path: string; otherPath: string | undefined; key: string | null; http: HttpRequest };

/** The last request without headers of its own, streamed and not. */
const lastWritten = new WeakMap<Backend, { whole?: Written; streamed?: Written }>();

/**
 * Address and headers for a provider that is described by its data alone, as most are. They are the same from call to call
 * and must not be changed: what is made of them on the way to the wire is made once, too. Throws host_not_granted.
 */
export function plainRequest(backend: Backend, draft: PlainDraft, key: string | null): HttpRequest {
  for (const _name in draft.headers) return writePlain(backend, draft, key);
  let last = lastWritten.get(backend);
  if (!last) lastWritten.set(backend, (last = {}));
  const known = draft.stream ? last.streamed : last.whole;
  if (known && known.path === draft.path && known.otherPath === draft.other_path && known.key === key)
    return known.http;
  const http = writePlain(backend, draft, key);
  const written: Written = { path: draft.path, otherPath: draft.other_path, key, http };
  if (draft.stream) last.streamed = written;
  else last.whole = written;
  return http;
}

function writePlain(backend: Backend, draft: PlainDraft, key: string | null): HttpRequest {
  const url = defaultUrl(backend, draft);
  checkReach(url, backend.reach, backend.config.name);
  const headers = Object.assign(defaultHeaders(backend, draft), authHeader(backend, key));
  return { method: 'POST', url, headers: Object.freeze(headers) };
}

export function defaultHeaders(
  backend: Backend,
  { stream, headers: own }: PlainDraft,
): Record<string, string> {
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    accept: stream ? 'text/event-stream' : 'application/json',
    ...backend.headers,
  };
  for (const name in own) {
    const [theirs = '', given] = [own[name], headers[name]];
    // A list of features: those of the settings and those of the tool.
    headers[name] = given !== undefined && name.endsWith('-beta') ? `${given},${theirs}` : theirs;
  }
  return headers;
}

export function authHeader({ description: { auth } }: Backend, key: string | null): Record<string, string> {
  if (auth.type === 'none' || key === null) return {};
  return auth.type === 'bearer' ? { authorization: `Bearer ${key}` } : { [auth.name]: key };
}

export function defaultUrl(backend: Backend, draft: PlainDraft): string {
  return joinUrl(backend.base_url, pathOf(backend, draft));
}

export function pathOf(backend: Backend, draft: PlainDraft): string {
  const { completions_path: chat } = backend.description;
  const { path, other_path: other } = draft;
  return other === undefined ? (chat ?? path) : besidePath(chat, path, other);
}

/** People give addresses with the version (`http://localhost:1234/v1`), as other tools want them: it is not doubled. */
export function joinUrl(baseUrl: string, path: string): string {
  const version = /^\/v\d+(?:beta)?(?=\/)/.exec(path)?.[0];
  const isDoubled = version !== undefined && baseUrl.endsWith(version);
  return baseUrl + (isDoubled ? path.slice(version.length) : path);
}
