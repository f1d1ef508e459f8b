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
};

/** Int32 slots of shared memory through which the main thread sees what a blocked or looping worker does. */
export const ControlSlot = {
  /** Counts answers; the worker waits for it to change. */
  answered: 0,
  /** Id of the job that runs, 0 when none does. */
  runningJob: 1,
  /** When that job began, on the clock of `clockMs`; moved on by the time spent waiting for answers. */
  startedAt: 2,
  /** 1 while the worker waits for an answer, which costs no CPU. */
  waiting: 3,
  /** The thread's CPU time in ms when that job began. */
  cpuAtStart: 4,
} as const;
export const CONTROL_BYTES = 20;

/**
 * Limits are CPU time; on a machine too busy to grant it, a script ends after so many times the limit has passed. The
 * worker's own limit comes first, as it is the gentler one.
 */
export const STARVED_FACTOR = { soft: 4, hard: 10 } as const;

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
      args: readonly Json[];
      keep: number;
      key?: string;
    }
  | { id: number; type: 'unload'; script: number };

export type LoadResult = { table: JsonObject; hooks: string[] };

/** `fatal` asks for the worker's end: its memory can no longer be trusted. */
export type JobError = { code: ErrorCode; message: string; fatal?: boolean };
export type JobAnswer = { id: number; value?: Json; error?: JobError };

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
