import type { BackendCheck, ProviderReview } from '../contract/backends.ts';
import { toAppError } from '../contract/errors.ts';
import type { BackendKeys, CatalogueEntry } from '../contract/provider-calls.ts';
import type { Backend, BackendDeps, BackendLine, BackendRegistry } from './backend-registry.ts';
import { checkOpenBackend, describeBackend } from './check-backend.ts';
import type { CheckDeps } from './check-backend.ts';
import { describeKeys, resolveOnly } from './describe-keys.ts';
import type { KeyAsked, KeyDeps } from './describe-keys.ts';
import { inspectProvider } from './inspect-provider.ts';
import type { ReadBeside } from './inspect-provider.ts';
import { loadBackend } from './load-backend.ts';
import { hashOf } from './script-source.ts';

/** A script that is tried before it is imported. */
export type TrialScript = {
  review: ProviderReview;
  source: string;
  files: Readonly<Record<string, string>>;
  url?: string | undefined;
  api_key?: string | undefined;
};

/** What the page of providers asks of the engine. */
export type ProviderDesk = {
  /** Every provider shipped with the app. */
  listCatalogue(): Promise<CatalogueEntry[]>;
  /** What the tiers of a backend's key hold. Throws unknown_backend, or the script's error. */
  listKeys(name: string): Promise<BackendKeys>;
  /** Real requests with the key of one tier alone. */
  checkKey(name: string, asked: KeyAsked): Promise<BackendCheck>;
  /** Real requests of a script that is written nowhere, to the hosts its review names and no other. */
  tryScript(trial: TrialScript): Promise<BackendCheck>;
};

type DeskDeps = BackendDeps & Omit<CheckDeps, 'backends' | 'log'>;

export function createProviderDesk(deps: DeskDeps, backends: BackendRegistry): ProviderDesk {
  const titles = new Map<string, Promise<ProviderReview | null>>();
  const keyDeps = async (backend: Backend): Promise<KeyDeps> => ({
    env: deps.env,
    keychain: deps.keychain,
    grants: backend.origin === 'built-in' ? null : await grantsOfBackend(backend, deps),
  });
  return {
    listCatalogue: () => listCatalogue(titles, deps, backends),
    async listKeys(name) {
      const backend = await backends.get(name);
      return describeKeys(backend, await keyDeps(backend));
    },
    async checkKey(name, asked) {
      const backend = await backends.get(name);
      const line = backends.find(name) ?? { ...backend.config, demo: backend.demo };
      const status = await describeBackend(line, { ...deps, backends });
      try {
        const key = await resolveOnly(backend, asked, await keyDeps(backend));
        const narrowed: Backend = { ...backend, resolveKey: () => Promise.resolve(key) };
        const shown = { ...status, key: key.origin, key_error: null };
        return await checkOpenBackend(narrowed, shown, deps);
      } catch (error) {
        const { message } = toAppError(error);
        return { ...status, ok: false, error: message, reachable: null, models: null, latency_ms: null };
      }
    },
    tryScript: trial => tryScript(trial, deps),
  };
}

async function grantsOfBackend({ config }: Backend, deps: BackendDeps): Promise<KeyDeps['grants']> {
  const { text } = await deps.library.read(config.type);
  return (await deps.grantsOf?.(config.type, hashOf(text))) ?? { hosts: [], env: [], keychain: [] };
}

async function listCatalogue(
  known: Map<string, Promise<ProviderReview | null>>,
  deps: DeskDeps,
  backends: BackendRegistry,
): Promise<CatalogueEntry[]> {
  const listed = await deps.library.list();
  const types = listed.filter(({ origin, type }) => origin === 'built-in' && type !== 'eliza');
  const entries = await Promise.all(
    types.map(async ({ type }) => {
      // They come with the app, so what they say holds until it is started anew.
      const reading =
        known.get(type) ??
        deps.library
          .read(type)
          .then(({ text }) => inspectProvider(`${type}.lua`, text, deps))
          .catch(() => null);
      known.set(type, reading);
      const review = await reading;
      const using = backends.lines().filter(line => line.type === type);
      return review && toEntry(review, deps.env, using);
    }),
  );
  return entries.filter(entry => entry !== null);
}

function toEntry(review: ProviderReview, env: BackendDeps['env'], using: BackendLine[]): CatalogueEntry {
  const { type, name, hosts, base_url: baseUrl } = review;
  return {
    type,
    title: name,
    host: hosts[0] ?? '',
    needs_url: baseUrl === '',
    needs_key: review.env.length > 0 || review.keychain.length > 0,
    key_env: review.env.find(variable => (env[variable] ?? '').trim() !== '') ?? null,
    backends: using.map(line => line.name),
  };
}

async function tryScript(
  { review, source, files, url, api_key: key }: TrialScript,
  deps: DeskDeps,
): Promise<BackendCheck> {
  const { type } = review;
  const line: BackendLine = {
    name: type,
    type,
    priority: 100,
    enabled: true,
    demo: false,
    ...(url === undefined ? {} : { url }),
    ...(key === undefined ? {} : { api_key: key }),
  };
  const backend = await loadBackend(line, {
    ...deps,
    library: {
      ...deps.library,
      read: () =>
        Promise.resolve({ type, origin: 'user', path: `${type}.lua`, file: `${type}.lua`, text: source }),
      openData(origin) {
        const data = deps.library.openData(origin);
        return { ...data, read: path => readTried(files, path) ?? data.read(path) };
      },
    },
    grantsOf: () => Promise.resolve({ ...review, reviewed: true }),
  });
  try {
    const status = {
      name: type,
      type,
      title: review.name,
      script: null,
      script_file: null,
      base_url: backend.base_url,
      enabled: true,
      demo: false,
      needs_key: backend.description.auth.type !== 'none' && !backend.description.keyOptional,
      key: null,
      key_error: null,
      script_error: null,
    };
    return await checkOpenBackend(backend, status, deps);
  } finally {
    backend.retire();
  }
}

function readTried(files: TrialScript['files'], path: string): Promise<string> | undefined {
  return Object.hasOwn(files, path) ? Promise.resolve(files[path] ?? '') : undefined;
}

/** Reads JSON files that came along with a script. */
export function readerOfFiles(files: Readonly<Record<string, string>>): ReadBeside {
  return path => Promise.resolve(Object.hasOwn(files, path) ? files[path] : undefined);
}
