import type { Json, JsonObject } from '../../electron/contract/json.ts';
import { createScriptHost } from '../../electron/engine/lua/script-host.ts';
import type { LoadedScript, ScriptHost } from '../../electron/engine/lua/script-host.ts';

export type WorkerFiles = { workerFile: string; wasmFile: string };

/** A host with one script that is loaded and warm. */
export type Bench = {
  files: WorkerFiles;
  host: ScriptHost;
  script: LoadedScript;
  close(): Promise<void>;
};

const source = `
local p = {}
function p.headers(req) req.headers["x-a"] = "b" return req end
function p.event(deltas, raw) return deltas end
p.modify_events = p.event
function p.body(body) body.metadata = { a = 1 } return body end
function p.loop() while true do end end
-- Runs in C, where no hook of Lua can stop it.
function p.hang() return string.find(("a"):rep(1e5), ("a*"):rep(30) .. "b") end
return p`;

const delta: Json = [{ type: 'block_delta', block: 'text', index: 0, delta: 'word ' }];

/** One event of a chat, as OpenAI's dialect has it. */
export const rawEvent: JsonObject = {
  id: 'c',
  model: 'm',
  choices: [{ index: 0, delta: { content: 'word ' }, finish_reason: null }],
};

/** Arguments by hook. */
export const samples = {
  headers: [{ url: 'https://api.example/v1', headers: { authorization: 'Bearer x' }, model: 'm' }],
  event: [delta, rawEvent],
  body: [
    {
      model: 'm',
      messages: Array.from({ length: 40 }, (_, index) => ({
        role: 'user',
        content: `${String(index)} ${'text '.repeat(95)}`,
      })),
    },
  ],
} satisfies Record<string, Json[]>;

export async function createBench(files: WorkerFiles): Promise<Bench> {
  const host = createScriptHost(files);
  const script = await loadScript(host, 'bench');
  await script.call('headers', samples.headers);
  return { files, host, script, close: () => host.close() };
}

export function loadScript(host: ScriptHost, name: string): Promise<LoadedScript> {
  return host.load(
    { name, file: `${name}.lua`, text: source, trusted: false },
    { name, url: '', api_key: '' },
    { fetch: () => Promise.reject(new Error('no network here')), log: () => undefined },
  );
}
