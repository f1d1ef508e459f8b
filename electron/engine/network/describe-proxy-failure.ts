import { AppError } from '../../contract/errors.ts';
import type { ProxyFailure, ProxyLabel } from './proxy.ts';

/** One sentence on what the proxy did, and the way out; `who` is the upstream that was not reached. `code` is the system's. */
export function describeProxyFailure(failure: ProxyFailure, who: string, code: string): AppError {
  const { proxy, status } = failure;
  if (status === 502 || status === 503 || status === 504) {
    const why = failure.message === '' ? `(${String(status)})` : `(${failure.message})`;
    const text = `${who} could not be reached by the proxy ${proxy.name} ${why}. Check the address of the backend, and whether the proxy may reach it.`;
    return new AppError('upstream_unreachable', text, { cause: failure });
  }
  const text = `${who} was not reached: the proxy ${proxy.name} ${whatItDid(failure, code)} ${adviseProxy(proxy)}`;
  return new AppError('proxy_error', text, { cause: failure });
}

/** Ends with the first half of the way out. */
function whatItDid({ status, hasLogin, message, cause }: ProxyFailure, code: string): string {
  if (status === 407) {
    return hasLogin
      ? 'refused the user name or password (407). Correct them.'
      : 'wants a user name and password (407). Add them: http://USER@HOST:PORT and proxy_password.';
  }
  if (status === 403) return 'does not let anybody through to that host (403). Ask whoever runs it.';
  if (status !== 0) return `refused to connect to it (${String(status)}). Is it a proxy?`;
  if (message !== '') return `${message}. Is it the right address?`;
  switch (code) {
    case 'ECONNREFUSED':
      return 'refused the connection. Is it running?';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'could not be found. Is its name right, and is there a network?';
    case 'UND_ERR_CONNECT_TIMEOUT':
      return 'did not accept a connection within 10 s. Is it running?';
    case 'UND_ERR_SOCKET':
    case 'ECONNRESET':
    case 'EPIPE':
      return 'hung up before it had answered. Is it a proxy of this kind?';
    default:
      break;
  }
  if (cause instanceof Error && cause.name === 'HTTPParserError')
    return 'does not answer as an HTTP proxy does. Is it a SOCKS proxy?';
  if (/CERT|ERR_TLS|SELF_SIGNED|UNABLE_TO_|EPROTO|ERR_SSL/.test(code))
    return `has no certificate this machine trusts (${code}). Name its root as ca_file under network, or write http:// where it does not encrypt.`;
  return `failed (${code === '' ? 'no answer in time' : code}).`;
}

function adviseProxy({ source }: ProxyLabel): string {
  return source === 'network.proxy'
    ? 'Its address is network.proxy in parley.yaml.'
    : `Its address comes from the environment (${source}); network.proxy in parley.yaml goes before it.`;
}
