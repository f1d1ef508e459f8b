import { toAppError } from '../contract/errors.ts';
import type { Json } from '../contract/json.ts';
import { findSettingsKey, mayKeyChange, resolveBackendKey, settingsKey } from './backend-key.ts';
import type { Backend, BackendDeps, BackendLine } from './backend-registry.ts';
import type { ResolvedKey } from './keys/resolve-key.ts';
import type { LoadedScript } from './lua/script-host.ts';
import { describeProvider } from './provider-description.ts';
import type { ProviderDescription } from './provider-description.ts';
import { quoteSource } from './quote-source.ts';
import type { ScriptData } from './script-data.ts';
import { createScriptFetch } from './script-fetch.ts';
import { checkReach, isMetadataHost, noGrants } from './script-grants.ts';
import type { Reach, ScriptGrants } from './script-grants.ts';
import type { LibraryScript } from './script-library.ts';
import { hashOf, toLuaText } from './script-source.ts';

/** A loaded backend that can be retired: it closes when its last call has ended. */
export type OpenBackend = Backend & {
  /** Whether it would be loaded in the same way now: from the same script and files, with the same grants and key. */
  isCurrent(): Promise<boolean>;
  /** Whether its key of the settings may change while the settings stay as they are; then every call asks `hasSameKey`. */
  mayKeyChange: boolean;
  hasSameKey(): Promise<boolean>;
  retire(): void;
};

type Loaded = {
  line: BackendLine;
  source: LibraryScript;
  script: LoadedScript;
  description: ProviderDescription;
  grants: ScriptGrants | null;
  reach: Reach;
  data: ScriptData;
  /** Key of the settings that the script was loaded with; "" without. */
  key: string;
};

/** Calls that have been given the backend and are about to begin do so within this time, in milliseconds. */
const closeAfterMs = 100;

/** Loads a backend's script with that backend's values. Throws what is wrong with the script. */
export async function loadBackend(line: BackendLine, deps: BackendDeps): Promise<OpenBackend> {
  const { source, grants } = await readScript(line.type, deps);
  try {
    return await loadScript(line, { source, grants }, deps);
  } catch (error) {
    throw quoteSource(toAppError(error), source.file, source.text);
  }
}

async function loadScript(
  line: BackendLine,
  { source, grants }: ScriptOnDisk,
  deps: BackendDeps,
): Promise<OpenBackend> {
  const isBuiltIn = source.origin === 'built-in';
  const reach: Reach = {
    type: isBuiltIn ? null : line.type,
    origins: new Set(line.url === undefined ? [] : [new URL(line.url).origin]),
    hosts: new Set(grants?.hosts),
  };
  const data = deps.library.openData(source.origin);
  const key = await settingsKey(line, deps);
  const script = await deps.host.load(
    { name: line.type, file: source.file, text: toLuaText(source.text), trusted: isBuiltIn },
    { name: line.name, url: line.url ?? '', api_key: key },
    {
      fetch: createScriptFetch({ transport: deps.transport, backend: line.name, reach, timeout_ms: 30_000 }),
      log: (level, message) => deps.log(line.name, level, message, 'script'),
      readData: path => data.read(path),
    },
  );
  try {
    const description = describeProvider(script.table, script.hooks, source.file, line.url);
    const { host, origin } = new URL(description.base_url);
    // A script that shows another address in the review than to its backend is not what was agreed to.
    if (grants && (grants.reviewed === true || isMetadataHost(host)))
      checkReach(description.base_url, reach, line.name);
    reach.origins.add(origin);
    if (isBuiltIn) reach.hosts = new Set(description.hosts);
    return openBackend({ line, source, script, description, grants, reach, data, key }, deps);
  } catch (error) {
    await script.close();
    throw error;
  }
}

type ScriptOnDisk = { source: LibraryScript; grants: ScriptGrants | null };

async function readScript(type: string, deps: BackendDeps): Promise<ScriptOnDisk> {
  const source = await deps.library.read(type);
  if (source.origin === 'built-in') return { source, grants: null };
  return { source, grants: (await deps.grantsOf?.(type, hashOf(source.text))) ?? noGrants };
}

function openBackend(loaded: Loaded, deps: BackendDeps): OpenBackend {
  const { line, source, script, description, reach } = loaded;
  const { demo, ...config } = line;
  const fingerprint = fingerprintOf(loaded);
  const hasSameKey = async (): Promise<boolean> =>
    !mayKeyChange(line) || ((await findSettingsKey(line, deps)) ?? loaded.key) === loaded.key;
  let leases = 0;
  let retired = false;
  const closeIfUnused = (): void => {
    if (retired && leases === 0) void script.close();
  };
  return {
    config,
    demo,
    origin: source.origin,
    description,
    script,
    reach,
    base_url: description.base_url,
    headers: lowerCaseNames({ ...description.headers, ...line.headers }),
    timeout_ms: line.timeout_ms ?? deps.defaultTimeoutMs(),
    resolveKey: rememberLiterals((callKey, keyIndex) =>
      resolveBackendKey({ ...loaded, callKey, keyIndex }, deps),
    ),
    mayKeyChange: mayKeyChange(line),
    hasSameKey,
    async isCurrent() {
      if (fingerprintOf(await readScript(line.type, deps)) !== fingerprint) return false;
      return (await loaded.data.isCurrent()) && hasSameKey();
    },
    lease() {
      leases += 1;
      let released = false;
      return () => {
        if (released) return;
        released = true;
        leases -= 1;
        closeIfUnused();
      };
    },
    retire() {
      retired = true;
      setTimeout(closeIfUnused, closeAfterMs).unref();
    },
  };
}

/** A key that stands in the settings itself stays what it is for as long as they do; looking it up is some of a small call's cost. */
function rememberLiterals(
  resolve: (callKey?: Json, keyIndex?: number) => Promise<ResolvedKey | null>,
): Backend['resolveKey'] {
  const known = new Map<number | undefined, ResolvedKey>();
  return (callKey, keyIndex) => {
    if (callKey !== undefined) return resolve(callKey, keyIndex);
    return (
      known.get(keyIndex) ??
      resolve(callKey, keyIndex).then(resolved => {
        const { tier, source } = resolved?.origin ?? {};
        if (resolved && tier === 'settings' && source === 'literal') known.set(keyIndex, resolved);
        return resolved;
      })
    );
  };
}

function fingerprintOf({ source, grants }: ScriptOnDisk): string {
  return JSON.stringify([source.origin, source.text, grants]);
}

function lowerCaseNames(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
