import type { FirstStart } from '../contract/first-start-calls.ts';
import type { ScriptLibrary } from '../engine/script-library.ts';

type Server = { type: string; name: string; url: string; path: string; listOf: 'models' | 'data' };

type LookDeps = {
  library: Pick<ScriptLibrary, 'list' | 'read'>;
  env: Record<string, string | undefined>;
  servers?: readonly Server[];
  /** Patience with each server, in milliseconds: one that is not there refuses at once. */
  timeoutMs?: number;
};

/** Its service has ended, and many machines have its GITHUB_TOKEN for other things. */
const notOffered = new Set(['github-models']);

/** What a newcomer could use on this machine: keys of the environment by name, and model servers that run. */
export async function lookAround(deps: LookDeps): Promise<FirstStart> {
  const { env, servers = localServers(env), timeoutMs = 3_000 } = deps;
  const [providers, found] = await Promise.all([
    readKeyProviders(deps.library),
    Promise.all(servers.map(server => probe(server, timeoutMs))),
  ]);
  return {
    keys: providers.filter(provider => (env[provider.env] ?? '').trim() !== ''),
    servers: found.filter(server => server !== undefined),
    providers: providers.map(({ type, name }) => ({ type, name })),
  };
}

/**
 * The built-in providers that need a key alone. Their scripts are data first, and so read as text: running each of them to
 * learn its name would take seconds. A test compares with what a run says.
 */
export async function readKeyProviders(library: LookDeps['library']): Promise<FirstStart['keys']> {
  const known = (await library.list()).filter(
    ({ type, origin }) => origin === 'built-in' && !notOffered.has(type),
  );
  const read = await Promise.all(known.map(async ({ type }) => readKeyProvider(await library.read(type))));
  return read.filter(provider => provider !== undefined).toSorted((a, b) => a.name.localeCompare(b.name));
}

function readKeyProvider({
  type,
  text,
}: {
  type: string;
  text: string;
}): FirstStart['keys'][number] | undefined {
  const name = /^ {2}name = "([^"]+)"/m.exec(text)?.[1];
  const env = /^ {2}api_key = \{ env = "(\w+)" \}/m.exec(text)?.[1];
  // One without an address of its own needs more than a key.
  const hasAddress = /^ {2}base_url = "https:/m.test(text);
  return name !== undefined && env !== undefined && hasAddress ? { type, name, env } : undefined;
}

/** Where they listen unless told otherwise; Ollama's own variable tells. */
function localServers(env: LookDeps['env']): Server[] {
  const ollama = ollamaAddress(env['OLLAMA_HOST']);
  return [
    { type: 'ollama', name: 'Ollama', url: ollama, path: '/api/tags', listOf: 'models' },
    { type: 'lmstudio', name: 'LM Studio', url: 'http://localhost:1234', path: '/v1/models', listOf: 'data' },
  ];
}

/** OLLAMA_HOST is `host`, `host:port` or an address, and for the server itself may mean every network: 0.0.0.0. */
export function ollamaAddress(host: string | undefined): string {
  const standard = 'http://localhost:11434';
  const text = (host ?? '').trim();
  if (text === '') return standard;
  const hasScheme = /^https?:\/\//.test(text);
  if (!URL.canParse(hasScheme ? text : `http://${text}`)) return standard;
  const url = new URL(hasScheme ? text : `http://${text}`);
  if (url.hostname === '0.0.0.0' || url.hostname === '[::]') url.hostname = 'localhost';
  if (url.port === '' && !hasScheme) url.port = '11434';
  return url.origin;
}

/** undefined where nobody answers as this kind of server does. */
async function probe(server: Server, timeoutMs: number): Promise<FirstStart['servers'][number] | undefined> {
  const { type, name, url, path, listOf } = server;
  try {
    const response = await fetch(`${url}${path}`, {
      signal: AbortSignal.timeout(timeoutMs),
      redirect: 'error',
    });
    const body: unknown = await response.json();
    const list = isRecord(body) ? body[listOf] : undefined;
    return response.ok && Array.isArray(list) ? { type, name, url, models: list.length } : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
