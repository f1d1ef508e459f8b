import { configSchema } from '../../electron/contract/config.ts';
import { createBackendLines } from '../../electron/engine/backend-lines.ts';
import { createBackendRegistry } from '../../electron/engine/backend-registry.ts';
import type { BackendRegistry } from '../../electron/engine/backend-registry.ts';
import type { ScriptHost } from '../../electron/engine/lua/script-host.ts';
import { openScriptLibrary } from '../../electron/engine/script-library.ts';
import type { Transport } from '../../electron/engine/transport.ts';
import { findResources } from '../../electron/resources.ts';

export type TestLine = { name: string; type: string; url?: string; api_key?: string };

const { providersDir } = findResources();

/** No script may need the network to be loaded, nor a call to be built. */
const noNetwork: Transport = {
  send() {
    throw new Error('This test is not to use the network.');
  },
  close: () => Promise.resolve(),
};

/** Backends on the built-in scripts, as the engine loads them, without a network. */
export function openBackends(
  host: ScriptHost,
  lines: TestLine[],
  env: Record<string, string> = {},
): BackendRegistry {
  const config = configSchema.parse({ llm: { backends: lines } });
  return createBackendRegistry({
    lines: createBackendLines({ config: () => config, builtIn: () => [] }),
    defaultTimeoutMs: () => 1000,
    library: openScriptLibrary({ userDir: `${providersDir}/none-of-the-user`, builtInDir: providersDir }),
    host,
    transport: noNetwork,
    keychain: {
      get: () => Promise.resolve(undefined),
      set: () => Promise.resolve(),
      remove: () => Promise.resolve(false),
    },
    env,
    log: () => {},
  });
}
