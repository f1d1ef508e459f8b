import type { IncomingMessage, ServerResponse } from 'node:http';

import { AppError } from '../contract/errors.ts';
import type { Dialect } from '../dialects/dialect.ts';
import { checkFrontDoor } from './check-front-door.ts';
import { defaultTimeouts } from './gateway-deps.ts';
import type { GatewayDeps } from './gateway-deps.ts';
import { identifyClient } from './identify-client.ts';
import { openCall } from './open-call.ts';
import type { OpenCall } from './open-call.ts';
import { readBody } from './read-body.ts';
import { createRoutes } from './routes.ts';
import type { Route, RouteTable } from './routes.ts';
import { refuseUnread } from './send-answer.ts';
import { toClientError } from './to-client-error.ts';

/** What the gateway knows of itself while it runs. */
export type GatewayState = {
  open: Set<OpenCall>;
  /** The host it listens on, where that is not the configured one. */
  host: string | undefined;
  closing: boolean;
};

export const shuttingDown = (): AppError =>
  new AppError('cancelled', 'Parley is shutting down; ask again once it runs again.', { http_status: 503 });

export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => void;

/** The way of every request: front door, key, route, body, answer. It never throws. */
export function createHandler(deps: GatewayDeps, state: GatewayState): RequestHandler {
  const routes = createRoutes(deps);
  const openai = deps.dialects.openai_completions;
  return (request, response) => {
    const path = pathOf(request.url ?? '/');
    const page = path === '/ui' || path.startsWith('/ui/');
    const route = page ? undefined : routes.find(path);
    const dialect = route?.dialect ?? openai;
    try {
      const refusal = checkFrontDoor(request.headers, { host: state.host ?? deps.config().host, page });
      if (refusal) throw refusal;
      if (state.closing) throw shuttingDown();
      if (page && deps.page?.(request, response)) return;
      const client = route?.open ? 'anonymous' : clientOf(request, deps);
      checkRoute(request, path, route, routes);
      void answer(request, response, { route, client, deps, state });
    } catch (error) {
      refuse(request, response, error, { dialect, deps, headers: refusalHeaders(error, route) });
    }
  };
}

function clientOf(request: IncomingMessage, deps: GatewayDeps): string {
  return identifyClient(request.headers, request.url ?? '', {
    require_key: deps.config().require_key,
    verifyKey: key => deps.verifyKey(key),
  });
}

function pathOf(url: string): string {
  const query = url.indexOf('?');
  return query === -1 ? url : url.slice(0, query);
}

function checkRoute(
  request: IncomingMessage,
  path: string,
  route: Route | undefined,
  routes: RouteTable,
): asserts route is Route {
  const method = request.method ?? 'GET';
  if (!route) throw notFound(method, path, routes);
  if (method === route.method || (method === 'HEAD' && route.method === 'GET')) return;
  throw new AppError('method_not_allowed', `${path.slice(0, 200)} answers ${route.method}, not ${method}.`, {
    http_status: 405,
  });
}

/** Most wrong addresses come from a base URL with `/v1` missing or doubled: then the right one is named. */
function notFound(method: string, path: string, routes: RouteTable): AppError {
  const likely = [`/v1${path}`, path.replace(/^\/v1(?=\/)/, '')].find(candidate => routes.find(candidate));
  const advice = likely === undefined ? 'check the base URL set in your tool.' : `did you mean ${likely}?`;
  return new AppError('not_found', `Parley has no ${method} ${path.slice(0, 200)}; ${advice}`, {
    http_status: 404,
  });
}

type Answering = { route: Route; client: string; deps: GatewayDeps; state: GatewayState };

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { route, client, deps, state }: Answering,
): Promise<void> {
  const call = openCall(response, route.dialect, state.open);
  try {
    const body =
      route.method === 'POST'
        ? await readBody(request, response, deps.config().max_body_bytes)
        : Buffer.alloc(0);
    await route.answer(call, { request, client, body });
  } catch (error) {
    if (!response.headersSent)
      refuse(request, response, error, { dialect: route.dialect, deps, headers: call.headers });
    else fail(call, error, deps);
  }
}

type Refusing = { dialect: Dialect; deps: GatewayDeps; headers: Record<string, string> };

function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  thrown: unknown,
  { dialect, deps, headers }: Refusing,
): void {
  const error = report(thrown, deps);
  if (response.destroyed) return;
  try {
    const drainMs = deps.timeouts?.drain ?? defaultTimeouts.drain;
    refuseUnread(request, response, { dialect, error, headers, drain_ms: drainMs });
  } catch (failure) {
    deps.onProblem?.(failure);
    response.destroy();
  }
}

function fail(call: OpenCall, thrown: unknown, deps: GatewayDeps): void {
  try {
    call.cut(report(thrown, deps));
  } catch (failure) {
    deps.onProblem?.(failure);
    call.response.destroy();
  }
}

/** What HTTP itself asks for with some refusals. */
function refusalHeaders(error: unknown, route: Route | undefined): Record<string, string> {
  if (!(error instanceof AppError)) return {};
  if (error.code === 'invalid_gateway_key') return { 'www-authenticate': 'Bearer' };
  if (error.code === 'method_not_allowed' && route) {
    return { allow: route.method === 'GET' ? 'GET, HEAD' : route.method };
  }
  return {};
}

function report(thrown: unknown, deps: GatewayDeps): AppError {
  const error = toClientError(thrown);
  if (error !== thrown) deps.onProblem?.(thrown);
  return error;
}
