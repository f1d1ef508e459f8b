import { AppError } from '../contract/errors.ts';
import { describeProxyFailure } from './network/describe-proxy-failure.ts';
import { ProxyFailure } from './network/proxy.ts';
import type { ProxyLabel } from './network/proxy.ts';

type Asked = {
  backend: string;
  url: string;
  timeout_ms: number;
  /** What it was asked through. */
  via: ProxyLabel | null;
};

/** One sentence with the way out for whatever the network did; `started` tells whether an answer had begun. */
export function describeNetworkError(error: Error, asked: Asked, started: boolean): AppError {
  const code = errorCode(error);
  if (error instanceof AppError) return error;
  const whom = `${asked.backend} (${originOf(asked.url)})`;
  if (error instanceof ProxyFailure) return describeProxyFailure(error, whom, code);
  const who = asked.via ? `${whom}, asked through the proxy ${asked.via.name},` : whom;
  const seconds = Math.round(asked.timeout_ms / 100) / 10;
  switch (code) {
    case 'UND_ERR_HEADERS_TIMEOUT':
    case 'UND_ERR_BODY_TIMEOUT':
      return new AppError(
        'upstream_timeout',
        `${who} sent nothing for ${String(seconds)} s, so the call was ended. Try again, or raise timeout_ms in parley.yaml.`,
        { cause: error },
      );
    case 'UND_ERR_CONNECT_TIMEOUT':
      return unreachable(
        `${who} did not accept a connection within 10 s. Check the address and your network.`,
        error,
      );
    case 'ECONNREFUSED':
      return unreachable(`${who} refused the connection. Is it running, and is the address right?`, error);
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return unreachable(`${who} could not be found. Check the address and your network.`, error);
    case 'UND_ERR_INVALID_ARG':
    case 'ERR_INVALID_URL':
    case 'ERR_INVALID_CHAR':
      return new AppError('script_result', `The request to ${who} cannot be sent: ${error.message}.`, {
        cause: error,
      });
    default:
      break;
  }
  if (
    code.startsWith('CERT_') ||
    code.startsWith('ERR_TLS') ||
    /SELF_SIGNED|UNABLE_TO_|DEPTH_ZERO/.test(code)
  ) {
    const shower = asked.via ? 'the proxy' : 'a proxy';
    return unreachable(
      `${who} has a certificate this machine does not trust (${code}). If a company or ${shower} issued it, name its root certificate as ca_file under network in parley.yaml.`,
      error,
    );
  }
  if (started) {
    return new AppError(
      'incomplete_stream',
      `${who} broke off in the middle of its answer (${code || error.message}).`,
      {
        cause: error,
      },
    );
  }
  return unreachable(
    `${who} closed the connection without an answer (${code || error.message}). Try again.`,
    error,
  );
}

function unreachable(message: string, cause: Error): AppError {
  return new AppError('upstream_unreachable', message, { cause });
}

function errorCode(error: Error): string {
  for (let each: unknown = error; each instanceof Error; each = each.cause) {
    const inner = each instanceof AggregateError ? (each.errors[0] as unknown) : each;
    if (inner instanceof Error && 'code' in inner && typeof inner.code === 'string') return inner.code;
  }
  return '';
}

function originOf(url: string): string {
  try {
    return new URL(url).origin;
  } catch {
    return 'an address that is not a URL';
  }
}
