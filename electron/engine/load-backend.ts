import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, extname, isAbsolute, join, normalize } from 'node:path';

import { AppError } from '../contract/errors.ts';
import { resolveBackendKey, settingsKey } from './backend-key.ts';
import type { Backend, BackendDeps, BackendLine } from './backend-registry.ts';
import type { LoadedScript } from './lua/script-host.ts';
import { describeProvider } from './provider-description.ts';
import type { ProviderDescription } from './provider-description.ts';
import { createScriptFetch } from './script-fetch.ts';
import { noGrants } from './script-grants.ts';
import type { Reach, ScriptGrants } from './script-grants.ts';
import type { LibraryScript } from './script-library.ts';

/** A loaded backend that can be retired: it closes when its last call has ended. */
export type OpenBackend = Backend & {
  /** Differs when the script or what it was granted differs. */
  fingerprint: string;
  retire(): Promise<void>;
};

type Loaded = {
  line: BackendLine;
  source: LibraryScript;
  script: LoadedScript;
  description: ProviderDescription;
  grants: ScriptGrants | null;
  reach: Reach;
};

/** Loads a backend's script with that backend's values. Throws what is wrong with the script. */
export async function loadBackend(line: BackendLine, deps: BackendDeps): Promise<OpenBackend> {
  const { source, grants } = await readScript(line.type, deps);
  const isBuiltIn = source.origin === 'built-in';
  const reach = {
    origins: new Set(line.url === undefined ? [] : [new URL(line.url).origin]),
    hosts: new Set(grants?.hosts),
  };
  const script = await deps.host.load(
    { name: line.type, file: source.file, text: source.text, trusted: isBuiltIn },
    { name: line.name, url: line.url ?? '', api_key: await settingsKey(line, deps) },
    {
      fetch: createScriptFetch({ transport: deps.transport, backend: line.name, reach, timeout_ms: 30_000 }),
      log: (level, message) => deps.log(line.name, level, message),
      readData: path => readDataFile(source.path, path),
    },
  );
  try {
    const description = describeProvider(script.table, script.hooks, source.file, line.url);
    reach.origins.add(new URL(description.base_url).origin);
    if (isBuiltIn) for (const host of description.hosts) reach.hosts.add(host);
    return openBackend({ line, source, script, description, grants, reach }, deps);
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

/** What a backend of this type would be loaded from now. */
export async function readFingerprint(type: string, deps: BackendDeps): Promise<string> {
  return fingerprintOf(await readScript(type, deps));
}

function fingerprintOf({ source, grants }: ScriptOnDisk): string {
  return JSON.stringify([source.origin, source.text, grants?.hosts, grants?.env, grants?.keychain]);
}

export function hashOf(source: string): string {
  return createHash('sha256').update(source).digest('hex');
}

function openBackend(loaded: Loaded, deps: BackendDeps): OpenBackend {
  const { line, source, script, description, reach } = loaded;
  const { demo, ...config } = line;
  let leases = 0;
  let retired = false;
  const closeIfUnused = async (): Promise<void> => {
    if (retired && leases === 0) await script.close();
  };
  return {
    config,
    demo,
    origin: source.origin,
    fingerprint: fingerprintOf(loaded),
    description,
    script,
    reach,
    base_url: description.base_url,
    headers: lowerCaseNames({ ...description.headers, ...line.headers }),
    timeout_ms: line.timeout_ms ?? deps.defaultTimeoutMs(),
    resolveKey: callKey => resolveBackendKey({ ...loaded, callKey }, deps),
    lease() {
      leases += 1;
      let released = false;
      return () => {
        if (released) return;
        released = true;
        leases -= 1;
        void closeIfUnused();
      };
    },
    retire() {
      retired = true;
      return closeIfUnused();
    },
  };
}

/** load_models reads JSON beside the script and nothing else. */
async function readDataFile(scriptPath: string, path: string): Promise<string> {
  const inside = normalize(path);
  if (isAbsolute(inside) || inside.startsWith('..') || extname(inside) !== '.json') {
    throw new AppError('script_result', 'only a .json file beside the script can be read');
  }
  try {
    return await readFile(join(dirname(scriptPath), inside), 'utf8');
  } catch (cause) {
    throw new AppError('script_result', 'there is no such file beside the script', { cause });
  }
}

function lowerCaseNames(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
