import { AppError } from '../contract/errors.ts';
import type { ScriptHttpRequest, ScriptHttpResponse } from './lua/script-host.ts';
import { fetchText } from './fetch-text.ts';
import { checkReach } from './script-grants.ts';
import type { Reach } from './script-grants.ts';
import type { Transport } from './transport.ts';

type ScriptFetchDeps = {
  transport: Transport;
  backend: string;
  reach: Reach;
  timeout_ms: number;
};

const maxRedirects = 5;
const maxBytes = 8 * 1024 * 1024;

/** `http.get` and `http.post` of a script: only to allowed origins, redirects included. */
export function createScriptFetch(
  deps: ScriptFetchDeps,
): (request: ScriptHttpRequest, signal: AbortSignal) => Promise<ScriptHttpResponse> {
  return async (request, signal) => {
    let { url, method, body } = request;
    for (let hop = 0; hop <= maxRedirects; hop += 1) {
      checkReach(url, deps.reach, deps.backend);
      const answer = await fetchText(
        deps.transport,
        {
          backend: deps.backend,
          method,
          url,
          headers: request.headers,
          timeout_ms: deps.timeout_ms,
          ...(body === undefined ? {} : { body }),
        },
        { signal, max_bytes: maxBytes },
      );
      const location = [301, 302, 303, 307, 308].includes(answer.status)
        ? answer.headers.location
        : undefined;
      if (location === undefined)
        return { status: answer.status, headers: flatten(answer.headers), body: answer.body };
      url = new URL(String(location), url).href;
      if (answer.status < 307) [method, body] = ['GET', undefined];
    }
    throw new AppError(
      'upstream_unreachable',
      `${deps.backend}: ${new URL(request.url).host} redirects in a circle.`,
    );
  };
}

function flatten(headers: Record<string, string | string[]>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
}
