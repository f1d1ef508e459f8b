import type { Echo } from './echo.ts';
import { samples } from './script.ts';
import type { Bench } from './script.ts';
import { median, timeOf } from './stopwatch.ts';

const warmUp = 300;
const rounds = 1_500;

/** One call at a time, in turns with the echo of the same values. */
export async function measureCall(
  { script }: Bench,
  echo: Echo,
  hook: keyof typeof samples,
): Promise<string> {
  const own: number[] = [];
  const bare: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    own.push(await timeOf(() => script.call(hook, samples[hook])));
    bare.push(await timeOf(() => echo.send(samples[hook])));
  }
  const [call, echoed] = [own, bare].map(times => median(times.slice(warmUp)) * 1000) as [number, number]; // two lists in, two numbers out
  return `${call.toFixed(0)} µs (echo ${echoed.toFixed(0)}, × ${(call / echoed).toFixed(1)})`;
}
