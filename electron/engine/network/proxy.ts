import type { ProxyScheme } from '../../contract/network.ts';

/** A proxy as people are told of it. */
export type ProxyLabel = {
  /** Its address without user and password. */
  name: string;
  /** Where the address stands: a variable's name, or `network.proxy`. */
  source: string;
};

/** A proxy ready to be asked. */
export type Proxy = ProxyLabel & {
  scheme: ProxyScheme;
  /** Without the brackets of an IPv6 address. */
  host: string;
  port: number;
  /** Empty where it wants none. */
  user: string;
  password: string;
};

/** What went wrong between here and the proxy, or was refused by it. It knows no password, wherever it is shown. */
export class ProxyFailure extends Error {
  readonly proxy: ProxyLabel;
  readonly hasLogin: boolean;
  /** What an HTTP proxy answered; 0 where it answered nothing. */
  readonly status: number;

  constructor(proxy: Proxy, reason: { cause?: unknown; status?: number; message?: string }) {
    super(reason.message ?? '', { cause: reason.cause });
    this.proxy = { name: proxy.name, source: proxy.source };
    this.hasLogin = proxy.user !== '';
    this.status = reason.status ?? 0;
  }
}
