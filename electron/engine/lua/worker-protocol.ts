import type { MessagePort } from 'node:worker_threads';
import type { ErrorCode } from '../../contract/errors.ts';
import type { Json, JsonObject } from '../../contract/json.ts';
import type { LogLevel, ScriptConfig, ScriptHttpRequest, ScriptHttpResponse } from './script-contract.ts';
import type { WasmModule } from './web-assembly.ts';

/** What a worker thread is started with. */
export type WorkerData = {
  wasm: WasmModule;
  memoryBytes: number;
  softLimitMs: number;
  /** See ControlSlot. */
  control: SharedArrayBuffer;
  /** Answers to AskMessage, read while the thread is blocked. */
  answers: MessagePort;
  /** JavaScript of the worker's modules by URL, where it runs from sources. */
  sources?: { entry: string; modules: Record<string, string> };
};

/** Int32 slots of shared memory through which the main thread sees what a blocked or looping worker does. */
export const ControlSlot = {
  /** Counts answers; the worker waits for it to change. */
  answered: 0,
  /** Id of the job that runs, 0 when none does. */
  runningJob: 1,
  /** When its run began, on the clock of `clockMs`; moved on by the time spent waiting for answers. */
  startedAt: 2,
  /** 1 while the worker waits for an answer, which costs no CPU. */
  waiting: 3,
  /** The thread's CPU time in ms when that run began. */
  cpuAtStart: 4,
  /** Index of the run that runs, within a job of several. */
  run: 5,
  /** The first of the slots where `cancelSlot` puts jobs that nobody waits for any more. */
  cancelled: 6,
} as const;
const CANCEL_SLOTS = 64;
export const CONTROL_BYTES = 4 * (ControlSlot.cancelled + CANCEL_SLOTS);

/** Slot that holds a job's id once it is cancelled. Jobs may share one: the earlier then runs for nobody. */
export function cancelSlot(job: number): number {
  return ControlSlot.cancelled + (job % CANCEL_SLOTS);
}

/**
 * Limits are CPU time; on a machine too busy to grant it, a script ends after so many times the limit has passed. The
 * worker's own limit comes first, as it is the gentler one. `silent` is for a worker that does not even say how much it got.
 */
export const STARVED_FACTOR = { soft: 4, hard: 10, silent: 2 } as const;

/** Milliseconds on a clock that all threads share and nobody sets, cut to what fits an Int32 slot. */
export function clockMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return (seconds * 1000 + Math.floor(nanoseconds / 1_000_000)) | 0;
}

/** Jobs go to the worker as the JSON text of a list: one message for all calls of a turn, cheaper to clone than objects. */
export type Job =
  | {
      id: number;
      type: 'load';
      script: number;
      file: string;
      text: string;
      config: ScriptConfig;
      data: boolean;
    }
  | {
      id: number;
      type: 'call';
      script: number;
      hook: string;
      /** Arguments of each run. */
      runs: readonly (readonly Json[])[];
      /** Index of the argument that lends the first result its key order; 0 when absent. */
      keep?: number;
      key?: string;
    }
  | { id: number; type: 'unload'; script: number };

export type LoadResult = { table: JsonObject; hooks: string[] };

/** `fatal` asks for the worker's end: its memory can no longer be trusted. */
export type JobError = { code: ErrorCode; message: string; fatal?: boolean };
/** The value of a call is the list of its runs' results; with `more` it is only the first of them, and others follow. */
export type JobAnswer = { id: number; value?: Json; more?: true; error?: JobError };

/** Job answers go back as the JSON text of a JobAnswer list. */
export type WorkerMessage =
  | string
  | { type: 'ready' }
  | { type: 'log'; script: number; level: LogLevel; message: string }
  | AskMessage;

/** A question that the main thread answers while the worker is blocked. */
export type AskMessage =
  | { type: 'fetch'; script: number; job: number; request: ScriptHttpRequest }
  | { type: 'read'; script: number; job: number; path: string };
export type AskAnswer =
  | { ok: true; response: ScriptHttpResponse }
  | { ok: true; text: string }
  | { ok: false; message: string };
