import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

import { expect } from 'vitest';

import type { Json } from '../../electron/contract/json.ts';
import { modelFactsSchema } from '../../electron/contract/models.ts';
import { createScriptHost } from '../../electron/engine/lua/script-host.ts';
import type { LoadedScript, ScriptHost } from '../../electron/engine/lua/script-host.ts';

const providersDir = new URL('../../providers/', import.meta.url);

export function readProvider(file: string): Promise<string> {
  return readFile(new URL(file, providersDir), 'utf8');
}

export function createProviderHost(): ScriptHost {
  return createScriptHost({
    workerFile: new URL('../../electron/engine/lua/script-worker.ts', import.meta.url),
    wasmFile: createRequire(import.meta.url).resolve('wasmoon/dist/glue.wasm'),
  });
}

/** A built-in script in the real sandbox; asking for the network fails the load. */
export async function loadProvider(
  host: ScriptHost,
  type: string,
  config: { url?: string; api_key?: string } = {},
): Promise<LoadedScript> {
  return host.load(
    { name: type, file: `providers/${type}.lua`, text: await readProvider(`${type}.lua`), trusted: true },
    { name: type, url: config.url ?? '', api_key: config.api_key ?? '' },
    {
      fetch: () => Promise.reject(new Error('A built-in script must not need the network to load.')),
      log: () => {},
      readData: readProvider,
    },
  );
}

/** What parse_models makes of an upstream's list; each model is checked as the engine checks it. */
export async function parseModels(host: ScriptHost, type: string, response: Json): Promise<Json> {
  const script = await loadProvider(host, type);
  // No argument lends the result its shape: an empty list would come back as the empty object that the answer is.
  const [models] = await script.call('parse_models', [response], { keepOrderOf: 1 });
  for (const model of models as Json[]) expect(() => modelFactsSchema.parse(model)).not.toThrow(); // parse_models returns a list
  return models ?? null;
}
