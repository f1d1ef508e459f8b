import type { IncomingHttpHeaders } from 'node:http';

import type { Dialect, RouteMatch } from '../dialects/dialect.ts';
import { matchRoute } from '../dialects/match-route.ts';
import { answerCall } from './answer-call.ts';
import type { CallRequest } from './answer-call.ts';
import { answerCount } from './answer-count.ts';
import { answerEmbedding } from './answer-embedding.ts';
import { answerVariant } from './answer-variant.ts';
import type { GatewayDeps } from './gateway-deps.ts';
import { findListRoute } from './list-routes.ts';
import { addOllamaRoutes, withTaggedNames } from './ollama-routes.ts';
import type { OpenCall } from './open-call.ts';
import { inForm } from './resembled-dialect.ts';
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
  /** `path` is without the query of `url`; some addresses are those of several dialects, told apart by the headers. */
  find(path: string, headers: IncomingHttpHeaders, url?: string): Route | undefined;
};

type Answer = Route['answer'];
/** Addresses with the model in them, as Google has them. */
type Pattern = { paths: readonly string[]; route: (match: RouteMatch, url: string) => Route };

/** Every address of the gateway: those of the dialects in the registry, and the few of our own. */
export function createRoutes(deps: GatewayDeps): RouteTable {
  const routes = new Map<string, Route>();
  const patterns: Pattern[] = [];
  const addPosts = (paths: readonly string[], dialect: Dialect, answer: Answer): void => {
    const route = (match?: RouteMatch, url = ''): Route => {
      const asked = match ? inForm(dialect, url, match) : dialect;
      return {
        method: 'POST',
        dialect: asked,
        open: false,
        answer(call, asking) {
          if (asked !== dialect) call.headers['content-type'] = asked.server.stream_content_type;
          return answer(call, match ? { ...asking, match } : asking);
        },
      };
    };
    const named = paths.filter(path => path.includes('{'));
    if (named.length > 0) patterns.push({ paths: named, route });
    for (const path of paths) if (!path.includes('{')) routes.set(path, route());
  };
  for (const dialect of Object.values(deps.dialects)) {
    const isOllama = dialect.name === 'ollama_chat';
    addDialect(dialect, addPosts, isOllama ? withTaggedNames(deps) : deps);
  }
  addOwnRoutes(routes, deps);
  addOllamaRoutes(routes, deps);
  return {
    find: (path, headers, url = path) =>
      routes.get(path) ?? findByPattern(patterns, path, url) ?? findListRoute(path, headers, deps),
  };
}

function addDialect(
  dialect: Dialect,
  addPosts: (paths: readonly string[], dialect: Dialect, answer: Answer) => void,
  deps: GatewayDeps,
): void {
  const { server, variants = [], embeddings, counting } = dialect;
  addPosts(server.routes, dialect, (call, asking) => answerCall(call, asking, deps));
  for (const variant of variants) {
    addPosts(variant.server.routes, { ...dialect, ...variant }, (call, asking) =>
      answerVariant(call, asking, variant, deps),
    );
  }
  for (const each of embeddings?.servers ?? [])
    addPosts(each.routes, dialect, (call, asking) => answerEmbedding(call, asking, each, deps));
  if (counting)
    addPosts(counting.server.routes, dialect, (call, asking) => answerCount(call, asking, counting, deps));
}

function addOwnRoutes(routes: Map<string, Route>, { dialects, version, metrics }: GatewayDeps): void {
  const get = (answer: Answer): Route => ({
    method: 'GET',
    dialect: dialects.openai_completions,
    open: true,
    answer,
  });
  routes.set(
    '/health',
    get(call => sendJson(call.response, 200, { status: 'ok', version })),
  );
  if (metrics) {
    const answer: Answer = async ({ response }) => {
      const { content_type: type, text } = await metrics.scrape();
      const length = Buffer.byteLength(text);
      response.writeHead(200, { 'content-type': type, 'content-length': length }).end(text);
    };
    routes.set('/metrics', { ...get(answer), open: false });
  }
  routes.set(
    '/',
    get(({ response }) => {
      // Tools made for Ollama look whether it is there, a few of them for its very words.
      const text = 'Parley is running. For tools made for it: Ollama is running.\n';
      response.writeHead(200, {
        'content-type': 'text/plain; charset=utf-8',
        'content-length': Buffer.byteLength(text),
      });
      response.end(text);
    }),
  );
}

function findByPattern(patterns: readonly Pattern[], path: string, url: string): Route | undefined {
  for (const { paths, route } of patterns) {
    const match = matchRoute(paths, path);
    if (match) return route(match, url);
  }
  return undefined;
}
