import { setTimeout as sleep } from 'node:timers/promises';

import { loadScript, samples } from './script.ts';
import type { Bench } from './script.ts';
import { median, timeOf } from './stopwatch.ts';

/** Until the spare is warm again. */
const warmUpMs = 400;

export async function measureLoad({ host }: Bench): Promise<string> {
  const times: number[] = [];
  for (let index = 0; index < 9; index += 1) {
    await sleep(warmUpMs);
    const started = performance.now();
    const script = await loadScript(host, `loaded-${String(index)}`);
    times.push(performance.now() - started);
    await script.close();
  }
  return `${median(times).toFixed(1)} ms`;
}

/** Limits are CPU time: on a busy machine the times are longer, the CPU time is not. */
export async function measureHang({ script }: Bench, hook: 'loop' | 'hang'): Promise<string> {
  const rejected: number[] = [];
  const next: number[] = [];
  const cpu: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    await sleep(warmUpMs);
    const before = process.cpuUsage();
    rejected.push(await timeOf(() => script.call(hook, []).catch(() => undefined)));
    const { user, system } = process.cpuUsage(before);
    cpu.push((user + system) / 1000);
    next.push(await timeOf(() => script.call('headers', samples.headers)));
  }
  return `${median(rejected).toFixed(0)}, ${median(next).toFixed(1)} ms (CPU ${median(cpu).toFixed(0)} ms)`;
}
