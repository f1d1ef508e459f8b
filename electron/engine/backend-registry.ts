import type { BackendConfig } from '../contract/config.ts';
import { AppError } from '../contract/errors.ts';
import type { Json } from '../contract/json.ts';
import type { Keychain } from './keys/keychain.ts';
import type { ResolvedKey } from './keys/resolve-key.ts';
import type { LoadedScript, ScriptHost } from './lua/script-host.ts';
import type { ProviderDescription } from './provider-description.ts';
import { loadBackend, readFingerprint } from './load-backend.ts';
import type { OpenBackend } from './load-backend.ts';
import type { Reach, ScriptGrants } from './script-grants.ts';
import type { LibraryScript, ScriptLibrary } from './script-library.ts';
import type { Transport } from './transport.ts';

/** A backend ready for calls: its line of parley.yaml and its script, loaded with that line's values. */
export type Backend = {
  config: BackendConfig;
  demo: boolean;
  origin: LibraryScript['origin'];
  description: ProviderDescription;
  script: LoadedScript;
  /** Where requests of the script may go. */
  reach: Reach;
  /** Where calls go: the script's base_url. */
  base_url: string;
  /** The script's headers with the backend's over them. */
  headers: Record<string, string>;
  timeout_ms: number;
  /** The key of the first tier that says something; null where the provider wants none and none is set. */
  resolveKey(callKey?: Json): Promise<ResolvedKey | null>;
  /** Keeps the script open for a call under way, also when the backend is replaced meanwhile. */
  lease(): () => void;
};

export type BackendLine = BackendConfig & { demo: boolean };

export type BackendRegistry = {
  /** Enabled and disabled ones, the lowest priority number first. */
  lines(): BackendLine[];
  find(name: string): BackendLine | undefined;
  /** Loads the script at first use. Throws unknown_backend or the script's own error. */
  get(name: string): Promise<Backend>;
  /** Scripts or settings changed: what differs is loaded anew at its next call. */
  reload(): void;
  close(): Promise<void>;
};

export type BackendDeps = {
  lines(): BackendLine[];
  defaultTimeoutMs(): number;
  library: ScriptLibrary;
  host: ScriptHost;
  transport: Transport;
  keychain: Keychain;
  env: Record<string, string | undefined>;
  log(backend: string, level: 'info' | 'warn' | 'error', message: string): void;
  /** What the person granted a script of their own, as long as its source is the approved one. */
  grantsOf?: ((type: string, sha256: string) => Promise<ScriptGrants>) | undefined;
};

type Loading = { fingerprint: string; backend: Promise<OpenBackend> };

export function createBackendRegistry(deps: BackendDeps): BackendRegistry {
  const open = new Map<string, Loading>();
  const find = (name: string): BackendLine | undefined => deps.lines().find(line => line.name === name);
  const drop = (name: string): void => {
    const entry = open.get(name);
    open.delete(name);
    void entry?.backend.then(backend => backend.retire()).catch(() => undefined); // a failed load has nothing to close
  };
  return {
    lines: () => deps.lines().toSorted((a, b) => a.priority - b.priority),
    find,
    get(name) {
      const line = find(name);
      if (!line) return Promise.reject(unknownBackend(name, deps.lines()));
      const fingerprint = JSON.stringify([line, deps.defaultTimeoutMs()]);
      const known = open.get(name);
      if (known?.fingerprint === fingerprint) return known.backend;
      drop(name);
      const backend = loadBackend(line, deps);
      open.set(name, { fingerprint, backend });
      return backend;
    },
    reload() {
      for (const [name, entry] of open) void dropIfChanged(name, entry);
    },
    async close() {
      const entries = [...open.values()];
      open.clear();
      await Promise.allSettled(entries.map(async entry => (await entry.backend).script.close()));
    },
  };

  async function dropIfChanged(name: string, entry: Loading): Promise<void> {
    const isSame = await Promise.all([entry.backend, readFingerprint(find(name)?.type ?? '', deps)]).then(
      ([backend, fingerprint]) => backend.fingerprint === fingerprint,
      () => false,
    );
    if (!isSame && open.get(name) === entry) drop(name);
  }
}

export function unknownBackend(name: string, lines: readonly BackendLine[]): AppError {
  const names = lines.filter(line => line.enabled).map(line => line.name);
  const known =
    names.length > 0 ? `There are: ${names.join(', ')}.` : 'Add one in parley.yaml or under Providers.';
  return new AppError('unknown_backend', `There is no backend named "${name}". ${known}`);
}
