import { configSchema } from '../../../electron/contract/config.ts';
import type { NetworkConfig } from '../../../electron/contract/network.ts';
import type { RawConfig } from '../../../electron/contract/config.ts';
import type { AppError } from '../../../electron/contract/errors.ts';
import { fetchText } from '../../../electron/engine/fetch-text.ts';
import type { TextResponse } from '../../../electron/engine/fetch-text.ts';
import { createNetwork } from '../../../electron/engine/network/create-network.ts';
import { createTransport } from '../../../electron/engine/transport.ts';
import type { Transport, UpstreamSink } from '../../../electron/engine/transport.ts';

export type NetworkDesk = {
  transport: Transport;
  problems: string[];
  /** New settings, as parley.yaml would have them. */
  set(network: RawConfig['network']): void;
  get(url: string): Promise<TextResponse>;
  /** The error of a request that has to fail, as `code: message`. */
  fail(url: string): Promise<string>;
  proxyOf(url: string): Promise<string | null>;
};

export type DeskOptions = {
  env?: Record<string, string>;
  keychain?: (account: string) => Promise<string | undefined>;
  ownOrigins?: string[];
};

const open: Transport[] = [];

/** Call it after every test. */
export async function closeDesks(): Promise<void> {
  await Promise.all(open.splice(0).map(transport => transport.close()));
}

/** The transport on a network with these settings. */
export function openDesk(network: RawConfig['network'], options: DeskOptions = {}): NetworkDesk {
  const read = (raw: RawConfig['network']): NetworkConfig => configSchema.parse({ network: raw }).network;
  const problems: string[] = [];
  let settings = read(network);
  const ways = createNetwork({
    settings: () => settings,
    env: options.env ?? {},
    keychain: { get: options.keychain ?? (() => Promise.resolve(undefined)) },
    dataDir: '/nowhere',
    ownOrigins: options.ownOrigins ?? [],
    onProblem: error => void problems.push(`${error.code}: ${error.message}`),
  });
  const transport = createTransport(ways);
  open.push(transport);
  const get = (url: string): Promise<TextResponse> => fetchText(transport, requestOf(url));
  return {
    transport,
    problems,
    set(raw) {
      settings = read(raw);
      ways.reload();
    },
    get,
    fail: url =>
      get(url).then(
        answer => {
          throw new Error(`it was answered with ${String(answer.status)}`);
        },
        (error: AppError) => `${error.code}: ${error.message}`,
      ),
    proxyOf: url => ways.proxyOf(url),
  };
}

export type OpenStream = {
  /** All that has come so far. */
  text(): string;
  /** What was told before. */
  told: string[];
  ended: Promise<void>;
};

/** Begins a request and keeps what comes. */
export function openStream(transport: Transport, url: string): OpenStream {
  let text = '';
  const told: string[] = [];
  const ended = new Promise<void>((resolve, reject) => {
    const sink: UpstreamSink = {
      connected: () => void told.push('connected'),
      head: () => void told.push('head'),
      data(chunk) {
        text += chunk.toString();
        return true;
      },
      end: resolve,
      fail: reject,
    };
    transport.send(requestOf(url), sink);
  });
  // Looked at later.
  ended.catch(() => undefined);
  return { text: () => text, told, ended };
}

function requestOf(url: string): Parameters<Transport['send']>[0] {
  return { backend: 'acme', method: 'GET', url, headers: { 'x-mark': 'yes' }, timeout_ms: 10_000 };
}
