import { readFile } from 'node:fs/promises';
import { AppError } from '../../contract/errors.ts';
import { LoadedScriptHandle, type ScriptRegistry } from './loaded-script.ts';
import { printFloatsAsLua51 } from './lua-wasm.ts';
import type { ScriptHost } from './script-contract.ts';
import { ThreadPool } from './thread-pool.ts';

export type {
  LoadedScript,
  LogLevel,
  ScriptConfig,
  ScriptHost,
  ScriptHttpRequest,
  ScriptHttpResponse,
  ScriptServices,
} from './script-contract.ts';
import { webAssembly, type WasmModule } from './web-assembly.ts';
import { createWorkerStarter } from './worker-starter.ts';

export type ScriptHostOptions = {
  /** script-worker.ts, or what it was bundled to. */
  workerFile: string | URL;
  /** wasmoon's glue.wasm: Lua 5.4. Nothing else of wasmoon is used. */
  wasmFile: string;
  /** Time after which a hook is stopped and its state lives on. */
  softLimitMs?: number;
  /** Time after which a hook's worker is ended. */
  hardLimitMs?: number;
  /** Linear memory of one worker's interpreter. */
  memoryBytes?: number;
  maxWorkers?: number;
  /** Time after which an unused worker ends; the next call starts another. */
  idleMs?: number;
};

const MEGABYTE = 1024 * 1024;

/** Runs provider scripts in worker threads, where they can do no harm and cannot hold up the app. */
export function createScriptHost(options: ScriptHostOptions): ScriptHost {
  const {
    softLimitMs = 250,
    hardLimitMs = 500,
    memoryBytes = 64 * MEGABYTE,
    maxWorkers = 6,
    idleMs = 60_000,
  } = options;
  const scripts: ScriptRegistry = new Map();
  let wasm: Promise<WasmModule> | undefined;
  const pool = new ThreadPool({
    maxWorkers,
    idleMs,
    loadWasm: () => (wasm ??= compileLua(options.wasmFile)),
    thread: {
      startWorker: createWorkerStarter(options.workerFile),
      softLimitMs,
      hardLimitMs,
      memoryBytes,
      answer: question =>
        scripts.get(question.script)?.errands.answer(question) ??
        Promise.resolve({ ok: false, message: 'the script was closed' }),
      log: (script, level, message) => scripts.get(script)?.log(level, message),
    },
  });
  let lastScript = 0;
  let lastJob = 0;
  // Fits an Int32 slot of the workers' control memory, and is never 0.
  const nextJobId = () => (lastJob = (lastJob % 0x7fff_ffff) + 1);
  return {
    async load(source, config, services) {
      const script = new LoadedScriptHandle({
        id: ++lastScript,
        source,
        config,
        services,
        pool,
        scripts,
        hardLimitMs,
        nextJobId,
      });
      await script.load();
      return script;
    },
    countWorkers: () => pool.size,
    countEnding: () => pool.ending,
    async close() {
      for (const script of scripts.values()) script.abandon();
      await pool.close();
    },
  };
}

async function compileLua(wasmFile: string): Promise<WasmModule> {
  try {
    // Compiled once, off the main thread; workers receive the compiled module.
    return await webAssembly.compile(printFloatsAsLua51(await readFile(wasmFile)));
  } catch (error) {
    throw new AppError(
      'internal',
      'The Lua interpreter that runs provider scripts is missing or damaged. Install Parley again.',
      {
        cause: error,
      },
    );
  }
}
