import type { BackendStatus, ProviderReview } from '../contract/backends.ts';
import { AppError } from '../contract/errors.ts';
import type { BackendConfig } from '../contract/config.ts';
import type { ScriptDetails, providerCalls } from '../contract/provider-calls.ts';
import type { Engine } from '../engine/engine.ts';
import { readerOfFiles } from '../engine/provider-desk.ts';
import type { ApiHandlers } from './create-api.ts';
import type { EventHub } from './event-hub.ts';

/** What a script of a person's own may use beyond its backend. */
export type GrantLists = { hosts: string[]; env: string[]; keychain: string[] };

/** Edits of parley.yaml, scripts and the keychain; core.ts connects them. */
export type ProviderEdits = {
  addBackend(backend: Pick<BackendConfig, 'name' | 'type'> & { url?: string }): Promise<void>;
  removeBackend(name: string): Promise<void>;
  /** Undoes the last removal of a backend of this name. Throws not_found. */
  restoreBackend(name: string): Promise<void>;
  updateBackend(name: string, patch: { enabled?: boolean; url?: string | null }): Promise<void>;
  /** Writes the same backend once more, behind itself. */
  duplicateBackend(name: string, copy: string): Promise<void>;
  /** Makes the order of these names that of their priorities. */
  reorderBackends(names: readonly string[]): Promise<void>;
  /** Switches all backends of a type on or off. */
  enableType(type: string, enabled: boolean): Promise<void>;
  /** Puts a key into the OS keychain and the reference to it into parley.yaml: over the key that is there, beside those of a list. */
  saveKey(backend: string, key: string): Promise<void>;
  /** One more key, in the keychain or (readable) in parley.yaml. */
  addKey(backend: string, key: string, where: 'keychain' | 'settings'): Promise<void>;
  /** `env:NAME` or `keychain:ACCOUNT`. */
  addReference(backend: string, reference: string): Promise<void>;
  /** `count` is how many there were when it was chosen. Throws invalid_request where there are others by now. */
  removeKey(backend: string, place: { number: number; count: number }): Promise<void>;
  saveAlias(alias: { name: string; targets: readonly string[]; before: string | null }): Promise<void>;
  removeAlias(name: string): Promise<void>;
  hideModel(id: string, hidden: boolean): Promise<void>;
  /** Targets of every alias, as parley.yaml has them. */
  aliases(): Readonly<Record<string, readonly string[]>>;
  /** Writes a reviewed script into the data directory and grants what the review names. Throws script_refused where one is there and `replace` is false. */
  writeScript(review: ProviderReview, source: string, replace: boolean): Promise<void>;
  /** Puts JSON files where a script reads them. Throws script_refused where another one is there and `replace` is false. */
  writeData(files: ReadonlyMap<string, string>, replace: boolean): Promise<void>;
  /** Puts a user's script aside (into providers/removed) and takes its grants back. Throws not_found. */
  removeScript(type: string): Promise<{ moved_to: string }>;
  /**
   * Grants a host, `env:NAME` or `keychain:ACCOUNT` to the script as it is on disk now; it is named by its type, or by a
   * backend that uses it. Throws not_found.
   */
  grant(name: string, wanted: string): Promise<{ type: string; approval: GrantLists }>;
  /** Takes one of those back. Throws not_found. */
  revoke(type: string, grant: string): Promise<void>;
  /** A script of the user's own as it is on disk now, and what it may use. Throws not_found. */
  describeScript(type: string): Promise<ScriptDetails>;
  /** A script of the user's own as it is on disk now; undefined where there is none. */
  readScript(type: string): Promise<string | undefined>;
  /** Grants a reviewed script that lies in its place already what the review names. Throws script_refused where it was changed meanwhile. */
  approve(review: ProviderReview, source: string): Promise<void>;
};

/** The page asks again later for those that were too slow. */
const listPatienceMs = 3_000;

type ProviderCalls = Exclude<
  Extract<keyof ApiHandlers, `backends.${string}` | `providers.${string}` | `models.${string}`>,
  keyof typeof providerCalls
>;

export function createProviderHandlers(
  engine: Engine,
  edits: ProviderEdits,
  hub: EventHub,
): Pick<ApiHandlers, ProviderCalls> {
  const statusOf = async (name: string): Promise<BackendStatus> => {
    const status = (await engine.listBackends()).find(backend => backend.name === name);
    if (!status) throw new AppError('unknown_backend', `There is no backend named "${name}" any more.`);
    return status;
  };
  return {
    'models.list': ({ refresh, hidden }) =>
      engine.listModels({ refresh, hidden, patience_ms: listPatienceMs }),
    'backends.list': () => engine.listBackends(),
    'backends.test': ({ name }) =>
      engine.checkBackend(name, undefined, check => hub.emit('backends.checked', { check })),
    async 'backends.add'({ name, type, url }) {
      await edits.addBackend({ name, type, ...(url === undefined || url === '' ? {} : { url }) });
      return statusOf(name);
    },
    async 'backends.remove'({ name }) {
      await edits.removeBackend(name);
      return {};
    },
    async 'backends.save_key'({ name, api_key: key }) {
      await edits.saveKey(name, key);
      return statusOf(name);
    },
    'providers.list': () => engine.listProviders(),
    'providers.inspect': ({ file_name: fileName, source, files }) =>
      engine.inspectProvider(fileName, source, readerOfFiles(files)),
    'providers.import': input => importProvider(input, engine, edits),
  };
}

/** Imports what was reviewed, and adds a backend for it where there is none. */
export async function importProvider(
  input: Omit<Parameters<ApiHandlers['providers.import']>[0], 'files'> & {
    /** JSON files that came along, by their path from the script. */
    files?: Readonly<Record<string, string>>;
  },
  engine: Pick<Engine, 'inspectProvider' | 'listBackends' | 'listProviders'>,
  edits: ProviderEdits,
): Promise<Awaited<ReturnType<ApiHandlers['providers.import']>>> {
  const files = input.files ?? {};
  const review = await engine.inspectProvider(input.file_name, input.source, readerOfFiles(files));
  if (review.sha256 !== input.sha256) {
    throw new AppError(
      'script_refused',
      'This is not the script that was reviewed. Drop it again and look at it once more.',
    );
  }
  if (review.replaces === 'user' && !input.replace) {
    throw new AppError(
      'script_refused',
      `There is a script ${review.type}.lua already. Choose to replace it, or give yours another file name.`,
    );
  }
  const backends = await engine.listBackends();
  const added = backends.some(backend => backend.type === review.type)
    ? undefined
    : freeName(review.type, backends);
  // The backend goes first: parley.yaml may be broken, and then nothing must be left behind.
  if (added !== undefined) await edits.addBackend({ name: added, type: review.type });
  try {
    const wanted = (review.data_files ?? []).filter(path => Object.hasOwn(files, path));
    await edits.writeData(new Map(wanted.map(path => [path, files[path] ?? ''])), input.replace);
    await edits.writeScript(review, input.source, input.replace);
  } catch (error) {
    if (added !== undefined) await edits.removeBackend(added);
    throw error;
  }
  const provider = (await engine.listProviders()).find(each => each.type === review.type);
  if (!provider)
    throw new AppError(
      'internal',
      `${review.type}.lua was written but cannot be found. Look into the data directory.`,
    );
  return provider;
}

/** The type itself, or with a number where another backend has that name, which then stays as it is. */
export function freeName(type: string, backends: readonly BackendStatus[]): string {
  const taken = new Set(backends.filter(backend => !backend.demo).map(backend => backend.name));
  // A type may begin with an underscore, a backend's name may not.
  const wanted = type.replace(/^[^A-Za-z0-9]+/, '') || 'provider';
  let name = wanted;
  for (let number = 2; taken.has(name); number += 1) name = `${wanted}-${String(number)}`;
  return name;
}
