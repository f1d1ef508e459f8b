import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import type { Json } from '../../contract/json.ts';
import type { HostServices } from './host-functions.ts';
import { createLuaRuntime, type LuaRuntime } from './lua-runtime.ts';
import { LuaState } from './lua-state.ts';
import { ScriptFault } from './script-fault.ts';
import { createStopwatch, type Stopwatch } from './stopwatch.ts';
import {
  type AskAnswer,
  type AskMessage,
  cancelSlot,
  clockMs,
  ControlSlot,
  type Job,
  type JobAnswer,
  type JobError,
  type LoadResult,
  type WorkerData,
  type WorkerMessage,
} from './worker-protocol.ts';

/** Longest time that what has ended waits for the rest of its batch; a message costs as much as several short runs. */
const FLUSH_AFTER_MS = 1;
/** The main thread answers long before; this only keeps a worker from waiting for ever. */
const ANSWER_LIMIT_MS = 120_000;

type LoadJob = Extract<Job, { type: 'load' }>;
type CallJob = Extract<Job, { type: 'call' }>;

/** The worker's end of a script thread: runs its jobs one after the other. */
export class JobRunner {
  private readonly main: MessagePort;
  private readonly data: WorkerData;
  private readonly runtime: LuaRuntime;
  private readonly control: Int32Array;
  private readonly stopwatch: Stopwatch;
  private readonly states = new Map<number, LuaState>();
  private job = 0;
  /** Of the runs of the current job, as far as they were not sent yet. */
  private results: Json[][] = [];
  private answers: JobAnswer[] = [];
  private flushedAt = 0;
  private questionsAnswered = 0;

  constructor(main: MessagePort, data: WorkerData) {
    this.main = main;
    this.data = data;
    this.runtime = createLuaRuntime(data.wasm, data.memoryBytes);
    this.control = new Int32Array(data.control);
    // From performance.now() to the clock that all threads share.
    const offset = clockMs() - performance.now();
    this.stopwatch = createStopwatch(data.softLimitMs, ({ startedAt, cpuAtStart }) => {
      Atomics.store(this.control, ControlSlot.startedAt, (startedAt + offset) | 0);
      Atomics.store(this.control, ControlSlot.cpuAtStart, cpuAtStart);
    });
  }

  run(jobs: readonly Job[]): void {
    this.flushedAt = performance.now();
    for (const job of jobs) {
      this.job = job.id;
      const answer = this.answer(job);
      Atomics.store(this.control, ControlSlot.runningJob, 0);
      this.answers.push(answer);
    }
    this.flush();
  }

  private answer(job: Job): JobAnswer {
    try {
      const value = this.doJob(job);
      return { id: job.id, value: value ?? this.takeResults() };
    } catch (error) {
      return { id: job.id, value: this.takeResults(), error: describeError(error) };
    }
  }

  private takeResults(): Json[][] {
    const { results } = this;
    this.results = [];
    return results;
  }

  /** The job's value; calls leave theirs in `results`. */
  private doJob(job: Job): LoadResult | undefined {
    switch (job.type) {
      case 'load':
        this.startRun(0);
        return this.load(job);
      case 'call':
        this.call(job);
        return undefined;
      case 'unload':
        this.unload(job.script);
        return undefined;
    }
  }

  private load(job: LoadJob): LoadResult {
    const { file, config, script } = job;
    const { softLimitMs } = this.data;
    this.unload(script);
    const state = new LuaState(this.runtime, {
      file,
      config,
      services: this.createServices(job),
      stopwatch: this.stopwatch,
      softLimitMs,
    });
    // What came before was not the script's time.
    this.startRun(0);
    try {
      const result = state.load(job.text);
      this.states.set(script, state);
      return result;
    } catch (error) {
      // After a trap the state cannot even be closed; the worker ends then.
      if (error instanceof ScriptFault) state.close();
      throw error;
    }
  }

  private call({ id, script, hook, runs, keep = 0, key }: CallJob): void {
    const state = this.states.get(script);
    if (state === undefined) throw new Error('the script is not loaded in this worker');
    const slot = cancelSlot(id);
    for (let index = 0; index < runs.length; index++) {
      if (Atomics.load(this.control, slot) === id) return;
      this.startRun(index);
      // Not inside push(…): a question that the run asks replaces the list.
      const result = state.call(hook, runs[index] ?? [], keep, key);
      this.results.push(result);
      Atomics.store(this.control, ControlSlot.runningJob, 0);
      if (performance.now() - this.flushedAt > FLUSH_AFTER_MS) this.flush();
    }
  }

  private unload(script: number): void {
    this.states.get(script)?.close();
    this.states.delete(script);
  }

  /** Starts the clocks that both threads watch the script's time by. */
  private startRun(run: number): void {
    this.stopwatch.start();
    Atomics.store(this.control, ControlSlot.run, run);
    Atomics.store(this.control, ControlSlot.runningJob, this.job);
  }

  private flush(): void {
    if (this.results.length > 0) this.answers.push({ id: this.job, value: this.takeResults(), more: true });
    if (this.answers.length > 0) this.main.postMessage(JSON.stringify(this.answers));
    this.answers = [];
    this.flushedAt = performance.now();
  }

  private createServices({ script, data }: LoadJob): HostServices {
    const services: HostServices = {
      fetch: request => {
        const answer = this.ask({ type: 'fetch', script, job: this.job, request });
        if ('response' in answer) return answer.response;
        throw toFault(answer);
      },
      log: (level, message) => this.post({ type: 'log', script, level, message }),
    };
    if (data) {
      services.readData = path => {
        const answer = this.ask({ type: 'read', script, job: this.job, path });
        if ('text' in answer) return answer.text;
        throw toFault(answer);
      };
    }
    return services;
  }

  /** Asks the main thread and blocks until it answers: Lua has no way to wait in the middle of a gsub or a sort. */
  private ask(question: AskMessage): AskAnswer {
    const { control } = this;
    this.flush();
    const askedAt = clockMs();
    Atomics.store(control, ControlSlot.waiting, 1);
    this.post(question);
    Atomics.wait(control, ControlSlot.answered, this.questionsAnswered, ANSWER_LIMIT_MS);
    this.questionsAnswered = Atomics.load(control, ControlSlot.answered);
    Atomics.add(control, ControlSlot.startedAt, (clockMs() - askedAt) | 0);
    Atomics.store(control, ControlSlot.waiting, 0);
    const received = receiveMessageOnPort(this.data.answers);
    if (received === undefined) throw new Error('no answer came');
    // Safe: script-thread.ts posts answers, nothing else.
    return received.message as AskAnswer;
  }

  private post(message: WorkerMessage): void {
    this.main.postMessage(message);
  }
}

function toFault(answer: AskAnswer): Error {
  return 'message' in answer
    ? new ScriptFault('script_error', answer.message)
    : new Error('wrong kind of answer');
}

/** What is not the script's fault leaves Lua in an unknown state (a trap, a full JavaScript stack): the worker must end. */
function describeError(error: unknown): JobError {
  if (error instanceof ScriptFault) return { code: error.code, message: error.message };
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'script_error', message, fatal: true };
}
