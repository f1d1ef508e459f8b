import { isDeepStrictEqual } from 'node:util';

import type { BackendConfig } from '../contract/config.ts';
import { AppError } from '../contract/errors.ts';
import type { ErrorCode } from '../contract/errors.ts';
import type { Json } from '../contract/json.ts';
import type { BackendLines } from './backend-lines.ts';
import type { Keychain } from './keys/keychain.ts';
import type { ResolvedKey } from './keys/resolve-key.ts';
import type { LoadedScript, ScriptHost } from './lua/script-host.ts';
import type { ProviderDescription } from './provider-description.ts';
import { loadBackend } from './load-backend.ts';
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
  /**
   * The key of the first tier that says something; null where the provider wants none and none is set. Of several keys in
   * the settings the one at `keyIndex`, else the first. A promise where it has to be looked up; all else that is wrong is
   * that promise's rejection.
   */
  resolveKey(callKey?: Json, keyIndex?: number): ResolvedKey | null | Promise<ResolvedKey | null>;
  /** Keeps the script open for a call under way, also when the backend is replaced meanwhile. */
  lease(): () => void;
};

export type BackendLine = BackendConfig & { demo: boolean };

export type BackendRegistry = {
  /** Enabled and disabled ones, the lowest priority number first. */
  lines(): readonly BackendLine[];
  find(name: string): BackendLine | undefined;
  /** A backend whose script is loaded, as the settings are now. */
  peek(name: string): Backend | undefined;
  /** Loads the script at first use. Throws unknown_backend or the script's own error. */
  get(name: string): Promise<Backend>;
  /** Scripts or settings changed: what differs is loaded anew at its next call. */
  reload(): void;
  close(): Promise<void>;
};

export type BackendDeps = {
  lines: BackendLines;
  defaultTimeoutMs(): number;
  library: ScriptLibrary;
  host: ScriptHost;
  transport: Transport;
  keychain: Keychain;
  env: Record<string, string | undefined>;
  /** `from` says that a script wrote it, and may quote a chat. */
  log(backend: string, level: 'info' | 'warn' | 'error', message: string, from?: 'script'): void;
  /** What the person granted a script of their own, as long as its source is the approved one. */
  grantsOf?: ((type: string, sha256: string) => Promise<ScriptGrants>) | undefined;
};

type Loading = {
  line: BackendLine;
  timeoutMs: number;
  backend: Promise<OpenBackend>;
  loaded?: OpenBackend;
  /** From then on a load that failed is tried again. */
  retryAt: number;
  /** Settles once it is known whether what it was loaded from has changed. */
  checking?: Promise<void> | undefined;
};

/** What made a load fail may have passed meanwhile, as an upstream that was asked for a token. In milliseconds. */
const retryAfterMs = 2_000;

/** A load that had to be stopped mostly would have to be again; on a machine that was only too busy it would not. */
const stoppedRetryAfterMs = 30_000;

/** What only a change of the files mends, and that is told. */
const waitsForFile: ReadonlySet<ErrorCode> = new Set(['script_memory', 'unknown_provider']);

/** Milliseconds until a load that failed is tried again; none where that would lead nowhere. */
function pauseAfter(error: unknown): number {
  const code = error instanceof AppError ? error.code : undefined;
  if (code === 'script_timeout') return stoppedRetryAfterMs;
  return code !== undefined && waitsForFile.has(code) ? Infinity : retryAfterMs;
}

export function createBackendRegistry(deps: BackendDeps): BackendRegistry {
  const find = (name: string): BackendLine | undefined => deps.lines.find(name);
  const { open, isCurrent, load, drop, check } = createLoadings(deps);
  return {
    lines: () => deps.lines.all(),
    find,
    peek(name) {
      const entry = open.get(name);
      if (!isCurrent(entry, find(name)) || entry.checking) return undefined;
      return entry.loaded?.mayKeyChange === true ? undefined : entry.loaded;
    },
    async get(name) {
      // Until it is known whether its script changed, nobody is given the old one.
      await open.get(name)?.checking;
      const line = find(name);
      if (!line) throw unknownBackend(name, deps.lines.all());
      const known = open.get(name);
      if (!isCurrent(known, line)) return load(name, line).backend;
      const backend = await known.backend;
      if (await backend.hasSameKey()) return backend;
      // Another call may have seen it first.
      const next = open.get(name);
      return (next === known || !isCurrent(next, line) ? load(name, line) : next).backend;
    },
    reload() {
      for (const [name, entry] of open) {
        if (find(name)) check(name, entry);
        else drop(name);
      }
    },
    async close() {
      const entries = [...open.values()];
      open.clear();
      await Promise.allSettled(entries.map(async entry => (await entry.backend).script.close()));
    },
  };
}

type Loadings = {
  open: Map<string, Loading>;
  /** Whether it was loaded from this line, and did not fail too long ago. */
  isCurrent: (entry: Loading | undefined, line: BackendLine | undefined) => entry is Loading;
  load: (name: string, line: BackendLine) => Loading;
  drop: (name: string) => void;
  /** Drops it where it would be loaded otherwise now. */
  check: (name: string, entry: Loading) => void;
};

function createLoadings(deps: BackendDeps): Loadings {
  const open = new Map<string, Loading>();

  function drop(name: string): void {
    const entry = open.get(name);
    open.delete(name);
    void entry?.backend.then(backend => backend.retire()).catch(() => undefined); // a failed load has nothing to close
  }

  async function dropIfChanged(name: string, entry: Loading): Promise<void> {
    const isSame = await entry.backend.then(backend => backend.isCurrent()).catch(() => false); // what cannot be loaded is tried anew
    if (!isSame && open.get(name) === entry) drop(name);
  }

  return {
    open,
    isCurrent(entry, line): entry is Loading {
      if (!entry || !line || entry.timeoutMs !== deps.defaultTimeoutMs()) return false;
      if (entry.retryAt < performance.now()) return false;
      if (entry.line === line) return true;
      // Settings were read anew, and this part of them stayed as it was.
      if (!isDeepStrictEqual(entry.line, line)) return false;
      entry.line = line;
      return true;
    },
    load(name, line) {
      drop(name);
      const timeoutMs = deps.defaultTimeoutMs();
      const entry: Loading = { line, timeoutMs, backend: loadBackend(line, deps), retryAt: Infinity };
      open.set(name, entry);
      entry.backend.then(
        loaded => {
          entry.loaded = loaded;
        },
        // Whoever asked for it is told.
        (error: unknown) => {
          entry.retryAt = performance.now() + pauseAfter(error);
        },
      );
      return entry;
    },
    drop,
    check(name, entry) {
      const checking = dropIfChanged(name, entry).finally(() => {
        if (entry.checking === checking) entry.checking = undefined;
      });
      entry.checking = checking;
    },
  };
}

export function unknownBackend(name: string, lines: readonly BackendLine[]): AppError {
  const names = lines.filter(line => line.enabled).map(line => line.name);
  const known =
    names.length > 0 ? `There are: ${names.join(', ')}.` : 'Add one in parley.yaml or under Providers.';
  return new AppError('unknown_backend', `There is no backend named "${name}". ${known}`);
}
