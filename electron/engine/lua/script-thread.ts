import { MessageChannel, type MessagePort, type Worker } from 'node:worker_threads';
import { AppError } from '../../contract/errors.ts';
import type { Json } from '../../contract/json.ts';
import type { LogLevel } from './script-contract.ts';
import {
  type AskAnswer,
  type AskMessage,
  cancelSlot,
  clockMs,
  CONTROL_BYTES,
  ControlSlot,
  STARVED_FACTOR,
  type Job,
  type JobAnswer,
  type WorkerMessage,
} from './worker-protocol.ts';
import type { WasmModule } from './web-assembly.ts';
import type { WorkerStarter } from './worker-starter.ts';

export type ThreadOptions = {
  startWorker: WorkerStarter;
  wasm: WasmModule;
  softLimitMs: number;
  hardLimitMs: number;
  memoryBytes: number;
  /** Answers a worker's question; must not reject. */
  answer(question: AskMessage): Promise<AskAnswer>;
  log(script: number, level: LogLevel, message: string): void;
  onIdle(thread: ScriptThread): void;
  onEnd(thread: ScriptThread): void;
};

/** The job did not run to its end through no fault of its own; it may be given to another thread. */
export class JobLost extends Error {}

/** The script made its worker end: it ran past the hard limit, or broke the interpreter. */
export class ScriptKilled extends Error {
  readonly code: 'script_timeout' | 'script_memory' | 'script_error';
  /** Index of the run within its job. */
  readonly run: number;

  constructor(code: ScriptKilled['code'], message: string, run = 0) {
    super(message);
    this.code = code;
    this.run = run;
  }
}

type Pending = {
  job: Job;
  onResults: OnResults | undefined;
  resolve: (value: Json) => void;
  reject: (error: Error) => void;
};
/** Takes the results of a call's runs as they come. */
type OnResults = (results: Json[][]) => void;

const START_LIMIT_MS = 30_000;
const SHORTEST_WATCH_MS = 20;
const CPU_READING_LIMIT_MS = 100;

/** One worker thread that runs scripts, and the watch over it. */
export class ScriptThread {
  /** Ids of the scripts that are loaded here. */
  readonly scripts = new Set<number>();
  idleSince = Date.now();
  /** Promised to someone whose job has not come yet. */
  claimed = false;
  private readonly options: ThreadOptions;
  private readonly worker: Worker;
  private readonly control: Int32Array;
  private readonly answers: MessagePort;
  private readonly pending = new Map<number, Pending>();
  private outbox: Job[] = [];
  private watch: NodeJS.Timeout | undefined;
  private readonly startedAt = Date.now();
  private ready = false;
  private ended = false;
  private exited: Promise<unknown> = Promise.resolve();

  constructor(options: ThreadOptions) {
    this.options = options;
    const control = new SharedArrayBuffer(CONTROL_BYTES);
    this.control = new Int32Array(control);
    const { port1, port2 } = new MessageChannel();
    this.answers = port1;
    port1.unref();
    const { wasm, memoryBytes, softLimitMs } = options;
    this.worker = options.startWorker({ wasm, memoryBytes, softLimitMs, control, answers: port2 });
    this.worker.unref();
    this.worker.on('message', (message: WorkerMessage) => this.receive(message));
    this.worker.on('error', error => this.endAfterError(error));
    this.worker.on('exit', () => this.end(new JobLost('the worker ended')));
  }

  get busy(): boolean {
    return this.claimed || this.pending.size > 0;
  }

  get alive(): boolean {
    return !this.ended;
  }

  /** Runs a job after those given before. Rejects with AppError, ScriptKilled or JobLost. */
  run(job: Job, onResults?: OnResults): Promise<Json> {
    if (this.ended) return Promise.reject(new JobLost('the worker has ended'));
    this.claimed = false;
    if (this.pending.size === 0) this.worker.ref();
    if (this.outbox.length === 0) queueMicrotask(() => this.send());
    this.outbox.push(job);
    if (this.watch === undefined) this.watchIn(this.options.hardLimitMs);
    return new Promise((resolve, reject) => this.pending.set(job.id, { job, onResults, resolve, reject }));
  }

  /** Keeps what is left of a job from running, after the run that runs now. */
  cancel(job: number): void {
    Atomics.store(this.control, cancelSlot(job), job);
  }

  /** Ends the worker; jobs that have not finished are lost. */
  async close(): Promise<void> {
    this.end(new JobLost('the worker was closed'));
    await this.exited;
  }

  private send(): void {
    if (this.ended || this.outbox.length === 0) return;
    const jobs = this.outbox;
    this.outbox = [];
    this.worker.postMessage(JSON.stringify(jobs));
  }

  private receive(message: WorkerMessage): void {
    if (this.ended) return;
    // Safe: script-worker.ts posts the JSON text of answers as its only strings.
    if (typeof message === 'string') this.settle(JSON.parse(message) as JobAnswer[]);
    else if (message.type === 'ready') this.ready = true;
    else if (message.type === 'log') this.options.log(message.script, message.level, message.message);
    else void this.answer(message);
  }

  private settle(answers: JobAnswer[]): void {
    let loaded = false;
    for (const { id, value, more, error } of answers) {
      const pending = this.pending.get(id);
      if (pending === undefined) continue;
      // Safe: the worker answers a call with the list of its runs' results.
      if (value !== undefined) pending.onResults?.(value as Json[][]);
      if (more === true) continue;
      this.pending.delete(id);
      loaded ||= pending.job.type === 'load';
      if (error === undefined) pending.resolve(value ?? null);
      else if (error.fatal === true) {
        pending.reject(new ScriptKilled('script_error', error.message));
        this.end(new JobLost('the worker was ended after another job'));
        return;
      } else pending.reject(new AppError(error.code, error.message));
    }
    if (this.pending.size > 0) return;
    this.worker.unref();
    this.idleSince = Date.now();
    if (loaded) this.claimForCaller();
    else this.options.onIdle(this);
  }

  /** Whoever loaded a script is about to call it: were the worker given to others in between, both could wait for ever. */
  private claimForCaller(): void {
    this.claimed = true;
    setImmediate(() => {
      if (this.ended || this.pending.size > 0) return;
      this.claimed = false;
      this.options.onIdle(this);
    });
  }

  private async answer(question: AskMessage): Promise<void> {
    const answer = await this.options.answer(question);
    if (this.ended) return;
    this.answers.postMessage(answer);
    Atomics.add(this.control, ControlSlot.answered, 1);
    Atomics.notify(this.control, ControlSlot.answered);
  }

  /** Ends the worker when the job it runs has used up the hard limit; otherwise looks again when it could have. */
  private async check(): Promise<void> {
    if (this.ended || this.pending.size === 0) {
      this.watch = undefined;
      return;
    }
    const { hardLimitMs } = this.options;
    const job = Atomics.load(this.control, ControlSlot.runningJob);
    const run = Atomics.load(this.control, ControlSlot.run);
    if (job === 0 && !this.ready && Date.now() - this.startedAt > START_LIMIT_MS) {
      this.endAfterError(new Error('the script worker did not start'));
      return;
    }
    const used = job === 0 ? 0 : await this.readTimeUsed();
    const isSameRun =
      Atomics.load(this.control, ControlSlot.runningJob) === job &&
      Atomics.load(this.control, ControlSlot.run) === run;
    if (used >= hardLimitMs && isSameRun) {
      this.kill(job, new ScriptKilled('script_timeout', `ran longer than ${hardLimitMs} ms`, run));
      return;
    }
    this.watchIn(Math.max(SHORTEST_WATCH_MS, hardLimitMs - used));
  }

  private watchIn(ms: number): void {
    this.watch = setTimeout(() => void this.check(), ms).unref();
  }

  /** Milliseconds that the running job has used, CPU time where it can be told. */
  private async readTimeUsed(): Promise<number> {
    if (Atomics.load(this.control, ControlSlot.waiting) === 1) return 0;
    const { hardLimitMs } = this.options;
    const passed = (clockMs() - Atomics.load(this.control, ControlSlot.startedAt)) | 0;
    if (passed < hardLimitMs || passed >= hardLimitMs * STARVED_FACTOR.hard) return passed;
    // Before Node 24.6 it cannot be told.
    if (typeof this.worker.cpuUsage !== 'function') return passed;
    const cpu = await readCpuMs(this.worker);
    if (cpu !== undefined) return cpu - Atomics.load(this.control, ControlSlot.cpuAtStart);
    return passed < hardLimitMs * STARVED_FACTOR.silent ? hardLimitMs - SHORTEST_WATCH_MS : passed;
  }

  private kill(jobId: number, error: ScriptKilled): void {
    const pending = this.pending.get(jobId);
    this.pending.delete(jobId);
    this.end(new JobLost('the worker was ended during another job'));
    pending?.reject(error);
  }

  private endAfterError(error: Error): void {
    const code =
      'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'script_memory' : 'script_error';
    const runningJob = Atomics.load(this.control, ControlSlot.runningJob);
    const run = Atomics.load(this.control, ControlSlot.run);
    if (runningJob !== 0) this.kill(runningJob, new ScriptKilled(code, error.message, run));
    // A worker that cannot even start would be replaced for ever if its jobs counted as lost.
    else
      this.end(
        this.ready
          ? new JobLost(error.message)
          : new AppError('internal', `Script workers cannot start: ${error.message}`),
      );
  }

  private end(reason: Error): void {
    if (this.ended) return;
    this.ended = true;
    clearTimeout(this.watch);
    const lost = [...this.pending.values()];
    this.pending.clear();
    this.answers.close();
    this.exited = this.worker.terminate();
    this.options.onEnd(this);
    for (const { reject } of lost) reject(reason);
  }
}

/** undefined when the worker does not let itself be asked in time. */
async function readCpuMs(worker: Worker): Promise<number | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<undefined>(resolve => {
    timer = setTimeout(() => resolve(undefined), CPU_READING_LIMIT_MS);
  });
  try {
    const usage = await Promise.race([worker.cpuUsage(), timeout]);
    return usage === undefined ? undefined : (usage.user + usage.system) / 1000;
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}
