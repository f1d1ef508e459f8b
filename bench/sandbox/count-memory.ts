/** Run by measure-memory.ts: prints by how many MB the process grows with so many workers in use. */
import { setTimeout as sleep } from 'node:timers/promises';

import { createScriptHost } from '../../electron/engine/lua/script-host.ts';
import { loadScript, samples } from './script.ts';

const [workerFile = '', wasmFile = '', workers = '1'] = process.argv.slice(2);

// No more than are counted, so that no spare is among them.
const host = createScriptHost({ workerFile, wasmFile, maxWorkers: Number(workers) });
const before = await settledRss();
for (let index = 0; index < Number(workers); index += 1) {
  const script = await loadScript(host, `script-${String(index)}`);
  for (let call = 0; call < 100; call += 1) await script.call('headers', samples.headers);
}
console.log((await settledRss()) - before);
await host.close();

async function settledRss(): Promise<number> {
  await sleep(300);
  globalThis.gc?.();
  await sleep(300);
  return process.memoryUsage.rss() / 1024 / 1024;
}
