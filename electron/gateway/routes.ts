import type { Dialect, RouteMatch } from '../dialects/dialect.ts';
import { matchRoute } from '../dialects/match-route.ts';
import { answerCall } from './answer-call.ts';
import type { CallRequest } from './answer-call.ts';
import type { GatewayDeps } from './gateway-deps.ts';
import { findModel, listModels } from './list-models.ts';
import type { ModelsAnswer } from './list-models.ts';
import { isOver } from './open-call.ts';
import type { OpenCall } from './open-call.ts';
import { sendJson } from './send-answer.ts';

export type Route = {
  /** GET answers HEAD as well. */
  method: 'GET' | 'POST';
  /** Whose envelope errors on this address wear. */
  dialect: Dialect;
  /** Whether it answers without a gateway key. */
  open: boolean;
  answer(call: OpenCall, asking: CallRequest): Promise<void> | void;
};

export type RouteTable = {
  /** `path` is without the query. */
  find(path: string): Route | undefined;
};

const MODELS = '/v1/models';

/** Every address of the gateway: those of the dialects in the registry, and the few of our own. */
export function createRoutes(deps: GatewayDeps): RouteTable {
  const { engine, dialects, version } = deps;
  const openai = dialects.openai_completions;
  const get = (answer: Route['answer'], open = false): Route => ({
    method: 'GET',
    dialect: openai,
    open,
    answer,
  });
  const routes = new Map<string, Route>();
  for (const dialect of Object.values(dialects)) {
    for (const path of dialect.server.routes) routes.set(path, callRoute(dialect, deps));
  }
  routes.set(
    MODELS,
    get(async call => {
      sendModels(call, await listModels(engine));
    }),
  );
  routes.set(
    '/health',
    get(call => {
      sendJson(call.response, 200, { status: 'ok', version });
    }, true),
  );
  const oneModel = (id: string): Route =>
    get(async call => {
      sendModels(call, await findModel(engine, id));
    });
  return {
    find(path) {
      const known = routes.get(path) ?? findByPattern(path, deps);
      if (known) return known;
      // The id itself contains slashes, encoded or not.
      return path.startsWith(`${MODELS}/`) ? oneModel(path.slice(MODELS.length + 1)) : undefined;
    },
  };
}

function callRoute(dialect: Dialect, deps: GatewayDeps, match?: RouteMatch): Route {
  const answer: Route['answer'] = (call, asking) => answerCall(call, { ...asking, match }, deps);
  return { method: 'POST', dialect, open: false, answer };
}

/** Addresses with the model in them, as Google has them. */
function findByPattern(path: string, deps: GatewayDeps): Route | undefined {
  for (const dialect of Object.values(deps.dialects)) {
    const match = matchRoute(dialect.server.routes, path);
    if (match) return callRoute(dialect, deps, match);
  }
  return undefined;
}

function sendModels(call: OpenCall, { body, headers }: ModelsAnswer): void {
  if (!isOver(call.response)) sendJson(call.response, 200, body, headers);
}
