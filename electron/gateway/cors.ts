import type { IncomingHttpHeaders } from 'node:http';

import type { ToolResponse } from './plain/tool-exchange.ts';

/** What a page's script may read of an answer beside its body. */
const exposed = [
  'parley-attempts',
  'parley-backend',
  'parley-model',
  'parley-tokens',
  'parley-warnings',
  'retry-after',
  'www-authenticate',
  'x-request-id',
].join(', ');

/** How long a browser need not ask again, in seconds. */
const maxAge = 600;

/** Whether the origin of a request is one of the web pages that may call the gateway. */
export function isAllowedOrigin(origin: string | undefined, allowed: readonly string[]): origin is string {
  if (origin === undefined) return false;
  return allowed.some(each => each === '*' || each.toLowerCase() === origin.toLowerCase());
}

/** Lets the page read the answer, whatever it will be. To be called before anything is sent. */
export function allowOrigin(response: ToolResponse, origin: string, allowed: readonly string[]): void {
  const isNamed = isAllowedOrigin(
    origin,
    allowed.filter(each => each !== '*'),
  );
  response.setHeader('access-control-allow-origin', isNamed ? origin : '*');
  // Not together with `*`: the pages of all the world shall not act with what a browser has stored for us.
  if (isNamed) response.setHeader('access-control-allow-credentials', 'true');
  response.setHeader('access-control-expose-headers', exposed);
  response.setHeader('vary', 'Origin');
}

/** Answers OPTIONS: which methods there are, and to an allowed page that it may use them. */
export function answerOptions(
  response: ToolResponse,
  headers: IncomingHttpHeaders,
  { methods, isCrossOrigin }: { methods: readonly string[]; isCrossOrigin: boolean },
): void {
  response.setHeader('allow', methods.join(', '));
  if (isCrossOrigin && headers['access-control-request-method'] !== undefined) {
    response.setHeader('access-control-allow-methods', methods.join(', '));
    response.setHeader('access-control-max-age', String(maxAge));
    response.setHeader('vary', 'Origin, Access-Control-Request-Headers');
    const asked = headers['access-control-request-headers'];
    if (asked !== undefined && asked !== '') response.setHeader('access-control-allow-headers', asked);
    // A page on the internet asks for an address on this machine or in this network.
    if (headers['access-control-request-private-network'] === 'true')
      response.setHeader('access-control-allow-private-network', 'true');
  }
  response.writeHead(204);
  response.end();
}
