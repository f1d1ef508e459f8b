import { z } from 'zod';

export const proxySchemes = ['http', 'https', 'socks5', 'socks5h'] as const;
export type ProxyScheme = (typeof proxySchemes)[number];

/** Where a proxy is. User and password are as written: either may name a variable or an account of the keychain. */
export type ProxyAddress = {
  scheme: ProxyScheme;
  /** Without the brackets of an IPv6 address. */
  host: string;
  port: number;
  user: string;
  password: string;
};

const defaultPorts = { http: 80, https: 443, socks5: 1080, socks5h: 1080 } as const satisfies Record<
  ProxyScheme,
  number
>;

const example = 'such as http://proxy.example:3128 or socks5://127.0.0.1:1080';

/** Reads a proxy's address, http:// where no scheme is named, as curl does; else why it is none, without a word of it. */
export function readProxyAddress(
  text: string,
): { type: 'good'; address: ProxyAddress } | { type: 'bad'; why: string } {
  const whole = text.includes('://') ? text.trim() : `http://${text.trim()}`;
  const named = whole.slice(0, whole.indexOf('://')).toLowerCase();
  // What desktops write into all_proxy.
  const scheme = proxySchemes.find(known => known === (named === 'socks' ? 'socks5' : named));
  if (scheme === undefined) {
    const why = `a proxy begins with http://, https://, socks5:// or socks5h://, ${example}`;
    return { type: 'bad', why: /^socks4a?$/.test(named) ? 'SOCKS 4 is not supported; use socks5://' : why };
  }
  if (!URL.canParse(whole)) {
    const signs = '/ # ? % in a user name or password are written %2F %23 %3F %25, or use proxy_password';
    return { type: 'bad', why: `this is no address of a proxy, ${example}; ${signs}` };
  }
  const { hostname, port, username, password, pathname, search, hash } = new URL(whole);
  if (hostname === '') return { type: 'bad', why: `a proxy needs a host, ${example}` };
  if (!['', '/'].includes(pathname) || search !== '' || hash !== '')
    return { type: 'bad', why: `a proxy's address ends with its port, ${example}` };
  const address = {
    scheme,
    host: hostname.toLowerCase().replace(/^\[(.*)\]$/, '$1'),
    port: port === '' ? defaultPorts[scheme] : Number(port),
    user: decode(username),
    password: decode(password),
  };
  return { type: 'good', address };
}

/** A single % in a password is one, though it should be written %25. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The proxy as people are told of it: without user and password. */
export function nameProxy({ scheme, host, port }: ProxyAddress): string {
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${String(port)}`;
}

// Whole words only: `10.0.0` and `*foo` would match nothing, and nobody would notice.
const bypassEntry = z
  .string()
  .refine(
    isBypassEntry,
    'a host that is reached directly is a name, an address, a range such as 10.0.0.0/8, or "*" for all',
  );

function isBypassEntry(entry: string): boolean {
  if (entry.includes('/')) return z.cidrv4().or(z.cidrv6()).safeParse(entry).success;
  if (/^[0-9a-f:.]*:[0-9a-f:.]*:[0-9a-f:.]*$/i.test(entry)) return z.ipv6().safeParse(entry).success;
  return /^(?:\*|(?:\*?\.)?[^\s:*/@[\]]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i.test(entry);
}

/** Hosts as NO_PROXY lists them: parted by commas, spaces or both. */
export function splitHosts(text: string): string[] {
  return text.split(/[\s,]+/).filter(entry => entry !== '');
}

/** How requests to upstreams leave this machine. */
export const networkConfigSchema = z
  .strictObject({
    /** `env`: HTTPS_PROXY and the like decide; `none`: no proxy whatever they say; else the proxy's address. */
    proxy: z.string().default('env'),
    /** Takes what a backend's api_key takes. */
    proxy_password: z.string().min(1).optional(),
    /** Hosts that are reached directly, beside those of NO_PROXY where the environment names the proxy. */
    no_proxy: z
      .preprocess(value => (typeof value === 'string' ? splitHosts(value) : value), z.array(bypassEntry))
      .default([]),
    /** PEM file of certificates that are trusted beside the usual ones; a relative one lies beside parley.yaml. */
    ca_file: z.string().min(1).optional(),
  })
  .superRefine(({ proxy, proxy_password: password }, context) => {
    const refuse = (field: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [field], message });
    if (proxy === 'env' || proxy === 'none') {
      if (password !== undefined) refuse('proxy_password', `there is no proxy it is for; name one as proxy`);
      return;
    }
    const read = readProxyAddress(proxy);
    if (read.type === 'bad') return refuse('proxy', `${read.why}; or write env or none`);
    if (password === undefined) return;
    if (read.address.password !== '')
      refuse('proxy_password', 'proxy has a password already; keep one of them');
    if (read.address.user === '')
      refuse('proxy_password', 'the user it belongs to is missing; write proxy: http://USER@HOST:PORT');
  });
export type NetworkConfig = z.infer<typeof networkConfigSchema>;
