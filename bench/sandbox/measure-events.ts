import { openaiCompletions } from '../../electron/dialects/openai_completions/index.ts';
import { AnswerReader } from '../../electron/engine/answer-reader.ts';
import type { Backend } from '../../electron/engine/backend-registry.ts';
import { rawEvent, samples } from './script.ts';
import type { Bench } from './script.ts';
import { median, timeOf } from './stopwatch.ts';

const rounds = 9;
const events = 8_000;
const underWay = 32;
/** Of an answer, in bytes: what a local server's socket gives at once. */
const chunk = 4096;

/** Calls in groups, each of which waits for all of the group before. */
export async function measureEvents({ script }: Bench): Promise<string> {
  return describeRate(async () => {
    for (let done = 0; done < events; done += underWay) {
      await Promise.all(Array.from({ length: underWay }, () => script.call('event', samples.event)));
    }
  }, events);
}

/** Answers that come as fast as they are read, through all of the way from bytes to deltas. */
export async function measureStream({ script }: Bench, streams: number): Promise<string> {
  const frame = `data: ${JSON.stringify(rawEvent)}\n\n`;
  const answer = Buffer.from(frame.repeat(events / streams));
  const stream = (): Promise<void> => readAnswer(script, answer);
  return describeRate(() => Promise.all(Array.from({ length: streams }, stream)), events);
}

async function describeRate(run: () => Promise<unknown>, count: number): Promise<string> {
  await run();
  const rates: number[] = [];
  const main: number[] = [];
  const all: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const [mainBefore, allBefore] = [process.threadCpuUsage(), process.cpuUsage()];
    rates.push(count / ((await timeOf(run)) / 1000));
    main.push(sumOf(process.threadCpuUsage(mainBefore)) / count);
    all.push(sumOf(process.cpuUsage(allBefore)) / count);
  }
  const best = Math.max(...rates);
  return `${median(rates).toFixed(0)}, best ${best.toFixed(0)} (CPU ${median(all).toFixed(1)}, main ${median(main).toFixed(1)} µs)`;
}

function sumOf({ user, system }: NodeJS.CpuUsage): number {
  return user + system;
}

function readAnswer(script: Bench['script'], answer: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const backend = {
      config: { name: 'bench', type: 'bench' },
      description: { hooks: new Set(['modify_events']) },
      script,
    } as unknown as Backend; // the reader looks at nothing else of it
    const request = { messages: [], options: {}, stream: true };
    const reader = new AnswerReader(
      { backend, dialect: openaiCompletions, key: null, stream: true, request },
      {
        delta: () => true,
        ready: () => undefined,
        // Cut off: these answers have no last event.
        done: error => (error?.code === 'incomplete_stream' ? resolve() : reject(error)),
      },
    );
    reader.head(200, { 'content-type': 'text/event-stream' });
    let sent = 0;
    const next = (): void => {
      reader.data(answer.subarray(sent, (sent += chunk)));
      if (sent < answer.length) setImmediate(next);
      else reader.end();
    };
    next();
  });
}
