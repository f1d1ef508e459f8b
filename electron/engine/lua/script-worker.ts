import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { createCpuClock } from './cpu-clock.ts';
import { createLuaRuntime, type LuaRuntime } from './lua-runtime.ts';
import { LuaState } from './lua-state.ts';
import type { HostServices } from './host-functions.ts';
import { ScriptFault } from './script-fault.ts';
import {
  type AskAnswer,
  type AskMessage,
  clockMs,
  ControlSlot,
  type Job,
  type JobAnswer,
  type JobError,
  type WorkerData,
  type WorkerMessage,
} from './worker-protocol.ts';
import type { Json } from '../../contract/json.ts';

/** Longest time that answers of a finished call wait for the rest of their batch. */
const FLUSH_AFTER_MS = 4;
/** The main thread answers long before; this only keeps a worker from waiting for ever. */
const ANSWER_LIMIT_MS = 120_000;

if (parentPort !== null) {
  // Safe: only script-thread.ts starts this file, with these data.
  startWorker(parentPort, workerData as WorkerData);
}

function startWorker(main: MessagePort, data: WorkerData): void {
  const runtime = createLuaRuntime(data.wasm, data.memoryBytes);
  const control = new Int32Array(data.control);
  const post = (message: WorkerMessage) => main.postMessage(message);
  const readCpu = createCpuClock();
  const startClock = () => {
    Atomics.store(control, ControlSlot.startedAt, clockMs());
    Atomics.store(control, ControlSlot.cpuAtStart, readCpu());
  };
  let finished: JobAnswer[] = [];
  const flush = () => {
    if (finished.length > 0) post(JSON.stringify(finished));
    finished = [];
  };
  const workplace: Workplace = {
    runtime,
    states: new Map(),
    softLimitMs: data.softLimitMs,
    currentJob: 0,
    startClock,
    post,
    ask: createAsk(post, data.answers, control, flush),
  };

  main.on('message', (text: string) => {
    // Safe: script-thread.ts posts the JSON text of jobs, nothing else.
    const jobs = JSON.parse(text) as Job[];
    let flushedAt = performance.now();
    for (const job of jobs) {
      startClock();
      Atomics.store(control, ControlSlot.runningJob, job.id);
      workplace.currentJob = job.id;
      // Not inside push(…): a question that the job asks replaces the list.
      const answer = runJob(job, workplace);
      finished.push(answer);
      Atomics.store(control, ControlSlot.runningJob, 0);
      if (performance.now() - flushedAt > FLUSH_AFTER_MS) {
        flush();
        flushedAt = performance.now();
      }
    }
    flush();
  });
  post({ type: 'ready' });
}

type Workplace = {
  runtime: LuaRuntime;
  states: Map<number, LuaState>;
  post(message: WorkerMessage): void;
  ask(question: AskMessage): AskAnswer;
  softLimitMs: number;
  currentJob: number;
  /** Starts the time of the current job anew: what came before was not the script's. */
  startClock(): void;
};

function runJob(job: Job, workplace: Workplace): JobAnswer {
  try {
    return { id: job.id, value: doJob(job, workplace) };
  } catch (error) {
    return { id: job.id, error: describeError(error) };
  }
}

function doJob(job: Job, workplace: Workplace): Json {
  const { states } = workplace;
  switch (job.type) {
    case 'load': {
      states.get(job.script)?.close();
      states.delete(job.script);
      const { file, config } = job;
      const services = createServices(job, workplace);
      const state = new LuaState(workplace.runtime, {
        file,
        config,
        services,
        softLimitMs: workplace.softLimitMs,
      });
      workplace.startClock();
      try {
        const result = state.load(job.text);
        states.set(job.script, state);
        return result;
      } catch (error) {
        // After a trap the state cannot even be closed; the worker ends then.
        if (error instanceof ScriptFault) state.close();
        throw error;
      }
    }
    case 'call': {
      const state = states.get(job.script);
      if (state === undefined) throw new Error('the script is not loaded in this worker');
      return state.call(job.hook, job.args, job.keep, job.key);
    }
    case 'unload':
      states.get(job.script)?.close();
      states.delete(job.script);
      return null;
  }
}

function createServices(
  { script, data }: Extract<Job, { type: 'load' }>,
  workplace: Workplace,
): HostServices {
  const services: HostServices = {
    fetch(request) {
      const answer = workplace.ask({ type: 'fetch', script, job: workplace.currentJob, request });
      if ('response' in answer) return answer.response;
      throw toFault(answer);
    },
    log: (level, message) => workplace.post({ type: 'log', script, level, message }),
  };
  if (data) {
    services.readData = path => {
      const answer = workplace.ask({ type: 'read', script, job: workplace.currentJob, path });
      if ('text' in answer) return answer.text;
      throw toFault(answer);
    };
  }
  return services;
}

function toFault(answer: AskAnswer): Error {
  return 'message' in answer
    ? new ScriptFault('script_error', answer.message)
    : new Error('wrong kind of answer');
}

/** Asks the main thread and blocks until it answers: Lua has no way to wait in the middle of a gsub or a sort. */
function createAsk(
  post: (message: WorkerMessage) => void,
  answers: MessagePort,
  control: Int32Array,
  flush: () => void,
): (question: AskMessage) => AskAnswer {
  let answered = 0;
  return question => {
    flush();
    const askedAt = clockMs();
    Atomics.store(control, ControlSlot.waiting, 1);
    post(question);
    Atomics.wait(control, ControlSlot.answered, answered, ANSWER_LIMIT_MS);
    answered = Atomics.load(control, ControlSlot.answered);
    Atomics.add(control, ControlSlot.startedAt, (clockMs() - askedAt) | 0);
    Atomics.store(control, ControlSlot.waiting, 0);
    const received = receiveMessageOnPort(answers);
    if (received === undefined) throw new Error('no answer came');
    // Safe: script-thread.ts posts answers, nothing else.
    return received.message as AskAnswer;
  };
}

/** What is not the script's fault leaves Lua in an unknown state (a trap, a full JavaScript stack): the worker must end. */
function describeError(error: unknown): JobError {
  if (error instanceof ScriptFault) return { code: error.code, message: error.message };
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'script_error', message, fatal: true };
}
