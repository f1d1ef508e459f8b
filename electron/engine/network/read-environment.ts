import { splitHosts } from '../../contract/network.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** A proxy's address as a variable has it. */
export type NamedAddress = { source: string; text: string };

/** What the environment says of proxies, by the scheme of what is asked for. */
export type EnvironmentProxies = {
  http: NamedAddress | undefined;
  https: NamedAddress | undefined;
  noProxy: string[];
};

/** As curl reads it: lower case wins, an empty variable is none, and each scheme's own variable goes before ALL_PROXY. */
export function readEnvironment(env: Environment): EnvironmentProxies {
  const find = (...names: string[]): NamedAddress | undefined => {
    for (const source of names) {
      const text = env[source]?.trim();
      if (text !== undefined && text !== '') return { source, text };
    }
    return undefined;
  };
  const all = find('all_proxy', 'ALL_PROXY');
  return {
    // curl leaves HTTP_PROXY out because a web server may be made to set it; nobody serves Parley as CGI.
    http: find('http_proxy', 'HTTP_PROXY') ?? all,
    https: find('https_proxy', 'HTTPS_PROXY') ?? all,
    noProxy: splitHosts(find('no_proxy', 'NO_PROXY')?.text ?? ''),
  };
}
