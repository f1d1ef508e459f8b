/**
 * What a provider script costs, beside a worker thread that only echoes, in one run: `npm run bench -- sandbox`.
 * Read the ratios; single times say more about the machine than about Parley.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';

import type { Json } from '../electron/contract/json.ts';
import { createScriptHost } from '../electron/engine/lua/script-host.ts';
import type { LoadedScript, ScriptHost } from '../electron/engine/lua/script-host.ts';
import { findResources } from '../electron/resources.ts';

const source = `
local p = {}
function p.headers(req) req.headers["x-a"] = "b" return req end
function p.event(deltas, raw) return deltas end
function p.body(body) body.metadata = { a = 1 } return body end
function p.hang() while true do end end
return p`;

const headers: Json = { url: 'https://api.example/v1', headers: { authorization: 'Bearer x' }, model: 'm' };
const delta: Json = [{ type: 'block_delta', block: 'text', index: 0, delta: 'word ' }];
const raw: Json = {
  id: 'c',
  model: 'm',
  choices: [{ index: 0, delta: { content: 'word ' }, finish_reason: null }],
};
const body: Json = {
  model: 'm',
  messages: Array.from({ length: 40 }, (_, index) => ({
    role: 'user',
    content: `${String(index)} ${'text '.repeat(95)}`,
  })),
};

const { luaWorkerFile, wasmFile } = findResources();
const host = createScriptHost({ workerFile: luaWorkerFile, wasmFile, maxWorkers: 6 });
const rows: [string, string][] = [];

await measureMemory();
const script = await load(host, 'bench');
const echo = startEcho();
await compare('headers-only hook', () => script.call('headers', [headers]), headers);
await compare('one event', () => script.call('event', [delta, raw]), [delta, raw]);
await compare('20 KB body both ways', () => script.call('body', [body]), body);
await measureEvents(script);
await measureLoad();
await measureHang(script);
await host.close();
await echo.close();
for (const [name, value] of rows) console.log(`${name.padEnd(46)} ${value}`);

/** p50 in microseconds, one call at a time, the two interleaved. */
async function compare(name: string, call: () => Promise<unknown>, message: Json): Promise<void> {
  const own: number[] = [];
  const bare: number[] = [];
  for (let index = 0; index < 1_500; index += 1) {
    own.push(await time(call));
    bare.push(await time(() => echo.send(message)));
  }
  const [a, b] = [median(own.slice(300)), median(bare.slice(300))];
  rows.push([`${name}, p50`, `${a.toFixed(0)} µs (echo ${b.toFixed(0)} µs, × ${(a / b).toFixed(2)})`]);
}

async function measureEvents(loaded: LoadedScript): Promise<void> {
  const count = 20_000;
  const started = performance.now();
  for (let done = 0; done < count; done += 32) {
    await Promise.all(Array.from({ length: 32 }, () => loaded.call('event', [delta, raw])));
  }
  const perSecond = count / ((performance.now() - started) / 1000);
  rows.push(['events a second, 32 under way', perSecond.toFixed(0)]);
}

async function measureMemory(): Promise<void> {
  const before = await settledRss();
  const first = await load(host, 'first');
  await first.call('headers', [headers]);
  const one = await settledRss();
  const others: LoadedScript[] = [];
  for (let index = 0; index < 3; index += 1) {
    const other = await load(host, `other-${String(index)}`);
    await other.call('headers', [headers]);
    others.push(other);
  }
  const four = await settledRss();
  const workers = host.countWorkers();
  rows.push(['first worker and warm spare, from sources', `${(one - before).toFixed(1)} MB`]);
  rows.push([`each further worker (${String(workers)} in all)`, `${((four - one) / 3).toFixed(1)} MB`]);
  await Promise.all([first, ...others].map(each => each.close()));
}

async function measureLoad(): Promise<void> {
  const times: number[] = [];
  for (let index = 0; index < 10; index += 1) {
    await sleep(200); // until the spare is warm again
    times.push(await time(async () => (await load(host, `loaded-${String(index)}`)).close()));
  }
  rows.push(['script load into the warm spare, p50', `${(median(times) / 1000).toFixed(1)} ms`]);
}

async function measureHang(loaded: LoadedScript): Promise<void> {
  const rejected = await time(() => loaded.call('hang', []).catch(() => undefined));
  const next = await time(() => loaded.call('headers', [headers]));
  rows.push(['hang until rejected', `${(rejected / 1000).toFixed(0)} ms`]);
  rows.push(['next call after it', `${(next / 1000).toFixed(0)} ms`]);
}

function load(scripts: ScriptHost, name: string): Promise<LoadedScript> {
  return scripts.load(
    { name, file: `${name}.lua`, text: source, trusted: false },
    { name, url: '', api_key: '' },
    { fetch: () => Promise.reject(new Error('no network here')), log: () => undefined },
  );
}

function startEcho(): { send(message: Json): Promise<unknown>; close(): Promise<unknown> } {
  const worker = new Worker(
    'const { parentPort } = require("node:worker_threads"); parentPort.on("message", text => parentPort.postMessage(JSON.stringify(JSON.parse(text))));',
    { eval: true },
  );
  return {
    send: message =>
      new Promise(resolve => {
        worker.once('message', (text: string) => resolve(JSON.parse(text)));
        worker.postMessage(JSON.stringify(message));
      }),
    close: () => worker.terminate(),
  };
}

/** Microseconds. */
async function time(run: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await run();
  return (performance.now() - started) * 1000;
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

async function settledRss(): Promise<number> {
  await sleep(700);
  return process.memoryUsage.rss() / 1024 / 1024;
}
