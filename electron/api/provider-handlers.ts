import type { BackendStatus, ProviderReview } from '../contract/backends.ts';
import { AppError } from '../contract/errors.ts';
import type { BackendConfig } from '../contract/config.ts';
import type { Engine } from '../engine/engine.ts';
import type { ApiHandlers } from './create-api.ts';

/** Edits of parley.yaml, scripts and the keychain; core.ts connects them. */
export type ProviderEdits = {
  addBackend(backend: Pick<BackendConfig, 'name' | 'type'> & { url?: string }): Promise<void>;
  removeBackend(name: string): Promise<void>;
  /** Puts the key into the OS keychain and the reference to it into parley.yaml. */
  saveKey(backend: string, key: string): Promise<void>;
  /** Writes a reviewed script into the data directory and grants what the review names. Throws script_refused where one is there and `replace` is false. */
  writeScript(review: ProviderReview, source: string, replace: boolean): Promise<void>;
};

/** The page asks again later for those that were too slow. */
const listPatienceMs = 3_000;

type ProviderCalls = Extract<
  keyof ApiHandlers,
  `backends.${string}` | `providers.${string}` | `models.${string}`
>;

export function createProviderHandlers(
  engine: Engine,
  edits: ProviderEdits,
): Pick<ApiHandlers, ProviderCalls> {
  const statusOf = async (name: string): Promise<BackendStatus> => {
    const status = (await engine.listBackends()).find(backend => backend.name === name);
    if (!status) throw new AppError('unknown_backend', `There is no backend named "${name}" any more.`);
    return status;
  };
  return {
    'models.list': ({ refresh }) => engine.listModels({ refresh, patience_ms: listPatienceMs }),
    'backends.list': () => engine.listBackends(),
    'backends.test': ({ name }) => engine.checkBackend(name),
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
    'providers.inspect': ({ file_name: fileName, source }) => engine.inspectProvider(fileName, source),
    'providers.import': input => importProvider(input, engine, edits),
  };
}

/** Imports what was reviewed, and adds a backend for it where there is none. */
export async function importProvider(
  input: Parameters<ApiHandlers['providers.import']>[0],
  engine: Pick<Engine, 'inspectProvider' | 'listBackends' | 'listProviders'>,
  edits: ProviderEdits,
): Promise<Awaited<ReturnType<ApiHandlers['providers.import']>>> {
  const review = await engine.inspectProvider(input.file_name, input.source);
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
function freeName(type: string, backends: readonly BackendStatus[]): string {
  const taken = new Set(backends.filter(backend => !backend.demo).map(backend => backend.name));
  // A type may begin with an underscore, a backend's name may not.
  const wanted = type.replace(/^[^A-Za-z0-9]+/, '') || 'provider';
  let name = wanted;
  for (let number = 2; taken.has(name); number += 1) name = `${wanted}-${String(number)}`;
  return name;
}
