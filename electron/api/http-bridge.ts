import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

import { AppError, toErrorInfo } from '../contract/errors.ts';
import { createPageEvents } from './page-events.ts';
import type { PageEvent, PageEvents } from './page-events.ts';
import { sendPageFile } from './page-files.ts';

export type HttpBridgeDeps = {
  api: {
    /** Answers with an ApiResult; what goes wrong is in it. */
    call(name: string, input: unknown): Promise<unknown>;
    on(listener: (event: PageEvent) => void): () => void;
  };
  /** Opens the page once it is given in the address; a cookie takes its place. */
  token: string;
  /** Folder of the built page. */
  pageDir: string;
  /** Told of what should never happen; the request was answered. */
  onProblem?: (error: unknown) => void;
  max_body_bytes?: number;
  max_buffered_bytes?: number;
  keep_alive_ms?: number;
};

/** The page's front door over HTTP, below /ui; false for every other address. The caller has checked Host already. */
export type HttpBridge = (request: IncomingMessage, response: ServerResponse) => boolean;

const MEGABYTE = 1024 * 1024;
/** Browsers that were let in; the oldest is forgotten when there are more. */
const MAX_SESSIONS = 64;

const securityHeaders = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

const moveOn = '<!doctype html><title>Parley</title><meta http-equiv="refresh" content="0; url=/ui/">\n';

type Door = { deps: HttpBridgeDeps; sessions: Set<string>; events: PageEvents };
type Visit = { request: IncomingMessage; response: ServerResponse; path: string; query: URLSearchParams };

export function createHttpBridge(deps: HttpBridgeDeps): HttpBridge {
  const events = createPageEvents(listener => deps.api.on(listener), {
    max_buffered_bytes: deps.max_buffered_bytes ?? 16 * MEGABYTE,
    keep_alive_ms: deps.keep_alive_ms ?? 15_000,
  });
  const door: Door = { deps, sessions: new Set(), events };
  return (request, response) => {
    const [path = '/', query = ''] = (request.url ?? '/').split('?', 2);
    if (path !== '/ui' && !path.startsWith('/ui/')) return false;
    for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
    const visit = { request, response, path, query: new URLSearchParams(query) };
    answer(visit, door).catch((error: unknown) => {
      deps.onProblem?.(error);
      if (response.headersSent) response.destroy();
      else sendText(response, 500, 'Parley failed on this request; its log says why.');
    });
    return true;
  };
}

async function answer(visit: Visit, door: Door): Promise<void> {
  const { request, response, path, query } = visit;
  const { origin } = request.headers;
  if (origin !== undefined && origin !== `http://${String(request.headers.host).toLowerCase()}`) {
    refuse(
      visit,
      403,
      new AppError('forbidden_origin', 'Parley answers its own page only, and this one is another.'),
    );
    return;
  }
  const token = path === '/ui' || path === '/ui/' ? query.get('token') : null;
  if (token !== null && isSame(token, door.deps.token)) letIn(visit, door.sessions);
  else if (!hasSession(request, door.sessions)) {
    const sentence = 'Open the address that parley printed: it lets this browser in.';
    refuse(visit, 401, new AppError('invalid_gateway_key', sentence));
  } else if (path === '/ui' || token !== null) redirect(response);
  else if (path.startsWith('/ui/call/')) await answerCall(visit, door.deps);
  else if (!isRead(request)) refuseMethod(visit, 'GET, HEAD');
  else if (path === '/ui/events' && request.method === 'GET') door.events.stream(response);
  else await sendFile(visit, door.deps);
}

function isRead({ method }: IncomingMessage): boolean {
  return method === 'GET' || method === 'HEAD';
}

/** In constant time; the hashes give both the length that takes. */
function isSame(given: string, expected: string): boolean {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(given), hash(expected));
}

/** The token leaves the address bar and the history; what stays in the browser opens this run of Parley only. */
function letIn({ request, response }: Visit, sessions: Set<string>): void {
  const session = randomBytes(32).toString('base64url');
  sessions.add(session);
  const [oldest] = sessions;
  if (oldest !== undefined && sessions.size > MAX_SESSIONS) sessions.delete(oldest);
  response.setHeader('set-cookie', `${cookieName(request)}=${session}; SameSite=Strict; HttpOnly; Path=/ui`);
  // A browser that came by a link on another site keeps a strict cookie back until we send it on ourselves.
  if (request.headers['sec-fetch-site'] === 'cross-site')
    send(response, 200, 'text/html; charset=utf-8', moveOn);
  else redirect(response);
}

/** Cookies do not tell ports apart, and two Parleys may run on one machine. */
function cookieName({ socket }: IncomingMessage): string {
  return `parley_ui_${socket.localPort ?? 0}`;
}

function hasSession(request: IncomingMessage, sessions: Set<string>): boolean {
  const name = cookieName(request);
  const cookies = (request.headers.cookie ?? '').split(';').map(cookie => cookie.trim());
  return cookies.some(cookie => cookie.startsWith(`${name}=`) && sessions.has(cookie.slice(name.length + 1)));
}

function redirect(response: ServerResponse): void {
  response.writeHead(303, { location: '/ui/', 'cache-control': 'no-store', 'content-length': 0 });
  response.end();
}

async function answerCall(visit: Visit, deps: HttpBridgeDeps): Promise<void> {
  const { request, response, path } = visit;
  if (request.method !== 'POST') {
    refuseMethod(visit, 'POST');
    return;
  }
  // A form of another page cannot send this type without asking first.
  if (!/^application\/json\s*(?:;|$)/i.test(request.headers['content-type'] ?? '')) {
    refuse(
      visit,
      415,
      new AppError('invalid_request', 'A call takes JSON: send content-type application/json.'),
    );
    return;
  }
  const body = await readBody(request, deps.max_body_bytes ?? 64 * MEGABYTE);
  if (body === 'gone') return;
  if (body === 'too large') {
    refuse(visit, 413, new AppError('request_too_large', 'This is too large to send; attach less.'));
    return;
  }
  const call = readCall(path.slice('/ui/call/'.length), body);
  if (call instanceof AppError) {
    refuse(visit, 400, call);
    return;
  }
  sendJson(response, 200, await deps.api.call(call.name, call.input));
}

/** What is too large is thrown away to its end, so that the page can read why. */
function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer | 'too large' | 'gone'> {
  return new Promise(resolve => {
    let chunks: Buffer[] = [];
    let size = 0;
    request
      .on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size <= maxBytes) chunks.push(chunk);
        else chunks = [];
      })
      .on('end', () => {
        resolve(size > maxBytes ? 'too large' : Buffer.concat(chunks));
      })
      .on('close', () => {
        resolve('gone');
      })
      .on('error', () => {
        resolve('gone');
      });
  });
}

function readCall(encodedName: string, body: Buffer): { name: string; input: unknown } | AppError {
  try {
    return { name: decodeURIComponent(encodedName), input: JSON.parse(body.toString('utf8')) as unknown };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return new AppError('invalid_request', `This call cannot be read: ${reason}.`, { cause });
  }
}

async function sendFile({ response, path }: Visit, { pageDir }: HttpBridgeDeps): Promise<void> {
  const name = path.slice('/ui/'.length);
  try {
    if (await sendPageFile(pageDir, name, response)) return;
  } catch (error) {
    // The reader left in the middle of the file.
    if (response.destroyed) return;
    throw error;
  }
  if (name === '' || name === 'index.html') {
    sendText(response, 503, 'The page is not built yet: run `npm run build`, then reload.');
  } else sendText(response, 404, 'The page has no such file.');
}

function refuseMethod(visit: Visit, allow: string): void {
  visit.response.setHeader('allow', allow);
  const sentence = `This address answers ${allow}, not ${visit.request.method ?? ''}.`;
  refuse(visit, 405, new AppError('method_not_allowed', sentence));
}

/** A call is answered with data its caller can show, everything else with a sentence. */
function refuse({ response, path }: Visit, status: number, error: AppError): void {
  if (path.startsWith('/ui/call/')) sendJson(response, status, { ok: false, error: toErrorInfo(error) });
  else sendText(response, status, error.message);
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  send(response, status, 'application/json', JSON.stringify(value));
}

function sendText(response: ServerResponse, status: number, text: string): void {
  send(response, status, 'text/plain; charset=utf-8', `${text}\n`);
}

function send(response: ServerResponse, status: number, type: string, text: string): void {
  if (response.destroyed) return;
  const bytes = Buffer.from(text);
  response.writeHead(status, {
    'content-type': type,
    'cache-control': 'no-store',
    'content-length': bytes.length,
  });
  response.end(bytes);
}
