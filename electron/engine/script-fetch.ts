import { AppError } from '../contract/errors.ts';
import { headerProblem } from './check-header.ts';
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
/** Headers that tell nothing about who asks: another origin gets only these, as a redirect is the upstream's will. */
const harmlessHeaders = new Set(['accept', 'accept-language', 'content-type', 'user-agent']);
const maxBytes = 8 * 1024 * 1024;

/** `http.get` and `http.post` of a script: only to allowed origins, redirects included, which take no keys elsewhere. */
export function createScriptFetch(
  deps: ScriptFetchDeps,
): (request: ScriptHttpRequest, signal: AbortSignal) => Promise<ScriptHttpResponse> {
  return async (request, signal) => {
    let { url, method, body, headers } = request;
    checkHeaders(headers);
    for (let hop = 0; hop <= maxRedirects; hop += 1) {
      checkReach(url, deps.reach, deps.backend);
      const answer = await fetchText(
        deps.transport,
        {
          backend: deps.backend,
          method,
          url,
          headers,
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
      const next = new URL(String(location), url);
      if (next.origin !== new URL(url).origin) headers = onlyHarmless(headers);
      url = next.href;
      if (answer.status < 307) [method, body] = ['GET', undefined];
    }
    throw new AppError(
      'upstream_unreachable',
      `${deps.backend}: ${new URL(request.url).host} redirects in a circle.`,
    );
  };
}

function checkHeaders(headers: Record<string, string>): void {
  for (const [name, value] of Object.entries(headers)) {
    const problem = headerProblem(name, value);
    if (problem !== undefined) {
      throw new AppError('script_result', `the header \`${name.slice(0, 60)}\` ${problem}`);
    }
  }
}

function onlyHarmless(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => harmlessHeaders.has(name.toLowerCase())),
  );
}

function flatten(headers: Record<string, string | string[]>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
}
