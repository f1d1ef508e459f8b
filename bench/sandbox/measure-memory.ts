import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import type { WorkerFiles } from './script.ts';
import { median } from './stopwatch.ts';

const run = promisify(execFile);
const child = fileURLToPath(new URL('count-memory.ts', import.meta.url));
const workers = 4;
const rounds = 3;

/** Each number of workers in a process of its own, after they have run hooks; the difference is the workers'. */
export async function measureMemory({ workerFile, wasmFile }: WorkerFiles): Promise<string> {
  const one: number[] = [];
  const all: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    one.push(await countMemory(1));
    all.push(await countMemory(workers));
  }
  const first = median(one);
  return `${first.toFixed(1)}, ${((median(all) - first) / (workers - 1)).toFixed(1)} MB`;

  async function countMemory(count: number): Promise<number> {
    const args = ['--expose-gc', child, workerFile, wasmFile, String(count)];
    const { stdout } = await run(process.execPath, args);
    return Number(stdout);
  }
}
