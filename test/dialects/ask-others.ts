import type { JsonObject } from '../../electron/contract/json.ts';
import type { ChatRequest } from '../../electron/contract/request.ts';
import type { Dialect } from '../../electron/dialects/dialect.ts';
import { matchRoute } from '../../electron/dialects/match-route.ts';
import { dialects } from '../../electron/dialects/registry.ts';

/** The dialects a request of this one is translated to. */
export function othersThan(dialect: Dialect): Dialect[] {
  return Object.values<Dialect>(dialects).filter(({ name }) => name !== dialect.name);
}

interface Asked {
  text: string;
  /** What an upstream of the other dialect reads in it. */
  read: ChatRequest;
  warnings: string[];
  ignored: string[];
}

/** Sends what one dialect's server decoded to an upstream of another, whose own server half then reads it. */
export function askOther(from: Dialect, decoded: ChatRequest, upstream: Dialect): Asked {
  const { extra = {}, ...request } = from.server.forOthers?.(decoded) ?? decoded;
  const warnings: string[] = [];
  const model = { id: 'some-model', reasoning: true };
  const encoded = upstream.client.encodeRequest(request, model, field => warnings.push(field));
  const text = JSON.stringify(encoded);
  const [path = ''] = upstream.client.path(model, { stream: true }).split('?');
  const route = matchRoute(upstream.server.routes, path);
  const { request: read } = upstream.server.decodeRequest(JSON.parse(text) as JsonObject, route); // an object was stringified
  const ignored = Object.keys(extra).filter(name => !from.server.understood_extra?.includes(name));
  return { text, read, warnings, ignored };
}
