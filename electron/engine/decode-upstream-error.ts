import { AppError } from '../contract/errors.ts';
import type { Dialect } from '../dialects/dialect.ts';
import type { Backend } from './backend-registry.ts';
import type { ResponseHeaders } from './transport.ts';

/** An answer that is no answer: an error status, a redirect, or a web page where JSON was due. */
export function decodeUpstreamError(
  deps: { backend: Backend; dialect: Dialect },
  status: number,
  headers: ResponseHeaders,
  text: string,
): AppError {
  const name = deps.backend.config.name;
  if (status < 300) {
    return new AppError(
      'upstream_not_json',
      `${name} answered with a web page instead of JSON. Check its url in parley.yaml.`,
      {
        http_status: 502,
      },
    );
  }
  if (status < 400) {
    const to = URL.canParse(String(headers.location))
      ? new URL(String(headers.location)).origin
      : 'another address';
    return new AppError(
      'http_error',
      `${name} redirects to ${to}, which Parley does not follow. Put the right url into parley.yaml.`,
      {
        http_status: 502,
      },
    );
  }
  const error = deps.dialect.client.decodeError(status, text);
  const after = retryAfterMs(headers) ?? error.retry_after_ms;
  return new AppError(error.code, `${name}: ${error.message}`, {
    http_status: error.http_status ?? status,
    body: error.body,
    ...(after === undefined ? {} : { retry_after_ms: after }),
  });
}

/** Retry-After holds seconds or a date; OpenAI and Azure say it in milliseconds as well. */
function retryAfterMs(headers: ResponseHeaders): number | undefined {
  const exact = Number(headers['retry-after-ms'] ?? NaN);
  if (Number.isFinite(exact) && exact >= 0) return exact;
  const value = headers['retry-after'];
  if (typeof value !== 'string') return undefined;
  const seconds = Number(value);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) && ms >= 0 ? ms : undefined;
}
