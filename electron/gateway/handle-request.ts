import { IncomingMessage, ServerResponse } from 'node:http';

import { AppError } from '../contract/errors.ts';
import type { PassingMap } from '../contract/passing-map.ts';
import type { Dialect } from '../dialects/dialect.ts';
import { createAdmittedHeads } from './admitted-heads.ts';
import type { AdmittedHead } from './admitted-heads.ts';
import { checkFrontDoor } from './check-front-door.ts';
import { allowOrigin, answerOptions, isAllowedOrigin } from './cors.ts';
import { defaultTimeouts } from './gateway-deps.ts';
import type { GatewayDeps } from './gateway-deps.ts';
import { identifyClient, presentedKey } from './identify-client.ts';
import { notFound } from './not-found.ts';
import { openCall } from './open-call.ts';
import type { OpenCall } from './open-call.ts';
import { PlainRequest } from './plain/plain-request.ts';
import type { ToolRequest, ToolResponse } from './plain/tool-exchange.ts';
import { checkBody, readBody } from './read-body.ts';
import { resembledDialect } from './resembled-dialect.ts';
import { createRoutes } from './routes.ts';
import type { Route, RouteTable } from './routes.ts';
import { refuseUnread } from './send-answer.ts';
import { toClientError } from './to-client-error.ts';

/** What the gateway knows of itself while it runs. */
export type GatewayState = {
  open: PassingMap<number, OpenCall>;
  /** The host it listens on, where that is not the configured one. */
  host: string | undefined;
  closing: boolean;
};

export const shuttingDown = (): AppError =>
  new AppError('cancelled', 'Parley is shutting down; ask again once it runs again.', { http_status: 503 });

export type RequestHandler = (request: ToolRequest, response: ToolResponse) => void;

/** Whether an address belongs to our own page. */
export function isPagePath(url: string): boolean {
  const path = pathOf(url);
  return path === '/ui' || path.startsWith('/ui/');
}

/** The way of every request: front door, key, route, body, answer. It never throws. */
export function createHandler(deps: GatewayDeps, state: GatewayState): RequestHandler {
  const routes = createRoutes(deps);
  const admitted = createAdmittedHeads(
    () => deps.config(),
    () => state.host,
  );
  return (request, response) => {
    const { headers } = request;
    const { url = '/' } = request;
    const known = request instanceof PlainRequest ? admitted.find(request.kind) : undefined;
    if (known) {
      answerKnown(request, response, known, { deps, state });
      return;
    }
    const path = pathOf(url);
    const page = isPagePath(path);
    const route = page ? undefined : routes.find(path, headers, url);
    const dialect = route?.dialect ?? resembledDialect(path, url, deps);
    try {
      const isCrossOrigin = enter(request, response, { page, host: state.host, deps });
      if (request.method === 'OPTIONS' && (route || isCrossOrigin)) {
        answerOptions(response, headers, { methods: methodsOf(route), isCrossOrigin });
        return;
      }
      if (state.closing) throw shuttingDown();
      if (page && request instanceof IncomingMessage && response instanceof ServerResponse) {
        if (deps.page?.(request, response)) return;
      }
      const key = presentedKey(headers, url);
      const client = route?.open ? 'anonymous' : clientOf(key, deps);
      checkRoute(request, path, route, routes);
      if (request instanceof PlainRequest && !isCrossOrigin) admitted.add(request.kind, { route, key });
      answer(request, response, { route, client, deps, state });
    } catch (error) {
      refuse(request, response, error, { dialect, deps, headers: refusalHeaders(error, route) });
    }
  };
}

/** Whose key it is, and whether we still answer, is asked each time. */
function answerKnown(
  request: ToolRequest,
  response: ToolResponse,
  { route, key }: AdmittedHead,
  { deps, state }: { deps: GatewayDeps; state: GatewayState },
): void {
  try {
    if (state.closing) throw shuttingDown();
    answer(request, response, { route, client: route.open ? 'anonymous' : clientOf(key, deps), deps, state });
  } catch (error) {
    refuse(request, response, error, { dialect: route.dialect, deps, headers: refusalHeaders(error, route) });
  }
}

/** The front door. Throws why the request is refused; says whether it is one of a web page that may call. */
function enter(
  { headers }: ToolRequest,
  response: ToolResponse,
  { page, host, deps }: { page: boolean; host: string | undefined; deps: GatewayDeps },
): boolean {
  const config = deps.config();
  const { allowed_hosts, cors_origins } = config;
  const refusal = checkFrontDoor(headers, { host: host ?? config.host, allowed_hosts, cors_origins, page });
  if (refusal) throw refusal;
  if (page || !isAllowedOrigin(headers.origin, cors_origins)) return false;
  allowOrigin(response, headers.origin, cors_origins);
  return true;
}

/** Methods of an address; for one that does not exist those of most, so that a page gets to read the 404. */
function methodsOf(route: Route | undefined): string[] {
  switch (route?.method) {
    case 'GET':
      return ['GET', 'HEAD', 'OPTIONS'];
    case 'POST':
      return ['POST', 'OPTIONS'];
    case undefined:
      return ['GET', 'HEAD', 'POST', 'OPTIONS'];
  }
}

function clientOf(key: string | undefined, deps: GatewayDeps): string {
  return identifyClient(key, {
    require_key: deps.config().require_key,
    verifyKey: key => deps.verifyKey(key),
  });
}

function pathOf(url: string): string {
  const query = url.indexOf('?');
  return query === -1 ? url : url.slice(0, query);
}

function checkRoute(
  request: ToolRequest,
  path: string,
  route: Route | undefined,
  routes: RouteTable,
): asserts route is Route {
  const method = request.method ?? 'GET';
  if (!route) throw notFound(method, path, known => routes.find(known, request.headers) !== undefined);
  if (method === route.method || (method === 'HEAD' && route.method === 'GET')) return;
  throw new AppError('method_not_allowed', `${path.slice(0, 200)} answers ${route.method}, not ${method}.`, {
    http_status: 405,
  });
}

const noBytes = Buffer.alloc(0);

type Answering = { route: Route; client: string; deps: GatewayDeps; state: GatewayState };

function answer(
  request: ToolRequest,
  response: ToolResponse,
  { route, client, deps, state }: Answering,
): void {
  const call = openCall(response, route.dialect, state.open, (thrown, { headers }) => {
    if (!response.headersSent) refuse(request, response, thrown, { dialect: route.dialect, deps, headers });
    else fail(call, thrown, deps);
  });
  try {
    const maxBytes = deps.config().max_body_bytes;
    let reading: Buffer | Promise<Buffer> = noBytes;
    if (request instanceof PlainRequest) reading = checkBody(request, response, maxBytes);
    else if (route.method === 'POST') reading = readBody(request, response, maxBytes);
    const answering =
      reading instanceof Promise
        ? reading.then(body => route.answer(call, { request, client, body }))
        : route.answer(call, { request, client, body: reading });
    if (answering) answering.catch((error: unknown) => call.giveUp(error));
  } catch (error) {
    call.giveUp(error);
  }
}

type Refusing = { dialect: Dialect; deps: GatewayDeps; headers: Record<string, string> };

function refuse(
  request: ToolRequest,
  response: ToolResponse,
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
    return { allow: methodsOf(route).join(', ') };
  }
  return {};
}

function report(thrown: unknown, deps: GatewayDeps): AppError {
  const error = toClientError(thrown);
  if (error !== thrown) deps.onProblem?.(thrown);
  return error;
}
