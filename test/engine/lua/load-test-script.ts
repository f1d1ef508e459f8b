import { readFileSync } from 'node:fs';
import { createScriptHost, type ScriptHostOptions } from '../../../electron/engine/lua/script-host.ts';
import type {
  LoadedScript,
  LogLevel,
  ScriptConfig,
  ScriptHost,
  ScriptHttpRequest,
  ScriptServices,
} from '../../../electron/engine/lua/script-host.ts';
import type { Json } from '../../../electron/contract/json.ts';

export function createTestHost(options: Partial<ScriptHostOptions> = {}): ScriptHost {
  return createScriptHost({
    workerFile: new URL('../../../electron/engine/lua/script-worker.ts', import.meta.url),
    wasmFile: new URL('../../../node_modules/wasmoon/dist/glue.wasm', import.meta.url).pathname,
    ...options,
  });
}

export const CONFIG: ScriptConfig = { name: 'acme', url: '', api_key: 'sk-secret-1234' };

export type LoadOptions = {
  trusted?: boolean;
  file?: string;
  config?: Partial<ScriptConfig>;
  services?: Partial<ScriptServices>;
};

/** Loads a whole script, or the functions of one (`function p.f() … end`) when it does not return anything itself. */
export function loadScript(host: ScriptHost, text: string, options: LoadOptions = {}): Promise<LoadedScript> {
  const { trusted = true, file = 'providers/acme.lua', config, services } = options;
  return host.load(
    { name: 'acme', file, text, trusted },
    { ...CONFIG, ...config },
    { ...NO_SERVICES, ...services },
  );
}

export const NO_SERVICES: ScriptServices = {
  fetch: () => Promise.reject(new Error('this test sends no requests')),
  log: () => {},
};

/** Runs the body of one function in a fresh script and returns its results. */
export async function runLua(
  host: ScriptHost,
  body: string,
  args: Json[] = [],
  options: LoadOptions = {},
): Promise<Json[]> {
  const script = await loadScript(host, `local p = {} function p.f(a, b) ${body}\nend return p`, {
    trusted: true,
    ...options,
  });
  try {
    return await script.call('f', args);
  } finally {
    await script.close();
  }
}

export function readScript(name: string): string {
  return readFileSync(new URL(`scripts/${name}`, import.meta.url), 'utf8');
}

/** Services that note what the script asks for. */
export function recordServices(answer: (request: ScriptHttpRequest) => { status: number; body: string }) {
  const requests: ScriptHttpRequest[] = [];
  const lines: { level: LogLevel; message: string }[] = [];
  const services: ScriptServices = {
    async fetch(request) {
      requests.push(request);
      return { headers: { 'content-type': 'application/json' }, ...answer(request) };
    },
    log: (level, message) => lines.push({ level, message }),
  };
  return { services, requests, lines };
}
