import type { ApiOutput } from '../contract/api.ts';
import { maxScriptLength, scriptAddress, scriptNameOf } from '../contract/deep-link.ts';
import { AppError } from '../contract/errors.ts';
import { fetchText } from '../engine/fetch-text.ts';
import type { Transport } from '../engine/transport.ts';

const timeoutMs = 20_000;

/**
 * Fetches a provider script from the address a link named, after the person said yes to it. The yes holds for this address
 * alone: where it leads on to another one, that is handed back.
 */
export async function fetchScript(text: string, transport: Transport): Promise<ApiOutput<'scripts.fetch'>> {
  const url = scriptAddress(text);
  if (url === undefined) {
    const message =
      'Scripts are fetched from https addresses only. Download this one and drop it on the window.';
    throw new AppError('invalid_request', message);
  }
  const { host } = new URL(url);
  const request = { backend: host, method: 'GET', url, headers: {}, timeout_ms: timeoutMs } as const;
  const options = { signal: AbortSignal.timeout(timeoutMs), max_bytes: maxScriptLength };
  const { status, headers, body } = await fetchText(transport, request, options).catch((cause: unknown) => {
    throw tellFailure(cause, host);
  });
  const location = headers['location'];
  if (status >= 300 && status < 400 && typeof location === 'string') {
    const moved = scriptAddress(resolve(location, url));
    if (moved !== undefined) return { type: 'moved', url: moved };
    throw refusal(host, 'leads on to an address Parley does not ask');
  }
  if (status !== 200) throw refusal(host, `answered with status ${String(status)}`);
  if (/^\s*<(!doctype|html)\b/i.test(body)) throw refusal(host, 'sent a web page, which is no script');
  return { type: 'script', file_name: scriptNameOf(url), source: body };
}

function resolve(location: string, base: string): string {
  try {
    return new URL(location, base).href;
  } catch {
    return '';
  }
}

/** What is too large has a sentence for upstreams only. */
function tellFailure(cause: unknown, host: string): unknown {
  if (!(cause instanceof AppError) || cause.code !== 'upstream_not_json') return cause;
  return new AppError('request_too_large', `${host} sent more than a script can be; it was not read.`, {
    cause,
  });
}

function refusal(host: string, what: string): AppError {
  return new AppError('http_error', `${host} ${what}. Look at the address in a browser.`);
}
