/**
 * What a provider script costs: `npm run bench -- sandbox`. The worker as it is built and the worker from sources stand side
 * by side; times stand beside a worker thread that only echoes, in the same run. Read the ratios where the machine is
 * busy: single times then say more about the machine than about Parley.
 */
import { rm } from 'node:fs/promises';
import { loadavg } from 'node:os';

import { findResources } from '../electron/resources.ts';
import { buildWorker } from './sandbox/build-worker.ts';
import { startEcho } from './sandbox/echo.ts';
import { createBench } from './sandbox/script.ts';
import type { Bench } from './sandbox/script.ts';
import { measureCall } from './sandbox/measure-calls.ts';
import { measureEvents, measureStream } from './sandbox/measure-events.ts';
import { measureHang, measureLoad } from './sandbox/measure-limits.ts';
import { measureMemory } from './sandbox/measure-memory.ts';

type Measure = { name: string; goal: string; run(bench: Bench): Promise<string> };

const { luaWorkerFile, wasmFile } = findResources();
const built = await buildWorker();
const echo = startEcho();

const measures: Measure[] = [
  { name: 'headers-only hook, p50', goal: '≤ 120 µs', run: bench => measureCall(bench, echo, 'headers') },
  { name: 'one event, p50', goal: '≤ 120 µs', run: bench => measureCall(bench, echo, 'event') },
  { name: '20 KB body both ways, p50', goal: '≤ 600 µs', run: bench => measureCall(bench, echo, 'body') },
  { name: 'events a second, 32 calls under way', goal: '≥ 40000', run: bench => measureEvents(bench) },
  { name: 'events a second of one fast stream', goal: '≥ 40000', run: bench => measureStream(bench, 1) },
  { name: 'events a second of four fast streams', goal: '≥ 40000', run: bench => measureStream(bench, 4) },
  { name: 'script load into the warm spare, p50', goal: '≤ 10 ms', run: measureLoad },
  { name: 'endless loop in Lua until rejected', goal: '≤ 650 ms', run: bench => measureHang(bench, 'loop') },
  {
    name: 'hang in C until rejected, next call',
    goal: '≤ 650, 300 ms',
    run: bench => measureHang(bench, 'hang'),
  },
  { name: 'first worker, each further', goal: '≤ 25, 14 MB', run: bench => measureMemory(bench.files) },
];

try {
  const columns = await Promise.all(
    [built.file, luaWorkerFile].map(workerFile => createBench({ workerFile, wasmFile })),
  );
  row('', 'goal', 'built', 'from sources');
  for (const measure of measures) {
    const values: string[] = [];
    for (const bench of columns) values.push(await measure.run(bench));
    row(measure.name, measure.goal, ...values);
  }
  for (const bench of columns) await bench.close();
  console.log(`load of the machine over the last minute: ${(loadavg()[0] ?? 0).toFixed(1)}`);
} finally {
  await echo.close();
  await rm(built.dir, { recursive: true });
}

function row(name: string, goal: string, ...values: string[]): void {
  console.log(name.padEnd(38), goal.padEnd(15), ...values.map(value => value.padEnd(46)));
}
