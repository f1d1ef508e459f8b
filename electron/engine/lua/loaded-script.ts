import { AppError } from '../../contract/errors.ts';
import type { Json, JsonObject } from '../../contract/json.ts';
import type {
  CallOptions,
  LoadedScript,
  LogLevel,
  ScriptConfig,
  ScriptHttpRequest,
  ScriptServices,
  ScriptSource,
} from './script-contract.ts';
import { toOneLine } from './script-fault.ts';
import { JobLost, ScriptKilled, type ScriptThread } from './script-thread.ts';
import { SHARED, type ThreadOwner, type ThreadPool } from './thread-pool.ts';
import type { AskAnswer, AskMessage, Job, LoadResult } from './worker-protocol.ts';

/** Scripts that are loaded, by the number workers know them by. */
export type ScriptRegistry = Map<number, LoadedScriptHandle>;

type HandleOptions = {
  id: number;
  source: ScriptSource;
  config: ScriptConfig;
  services: ScriptServices;
  pool: ThreadPool;
  scripts: ScriptRegistry;
  hardLimitMs: number;
  nextJobId(): number;
};

/** Kills in a row after which a script is not run again. */
const MAX_STRIKES = 3;
/** How long a script waits for one answer. */
const REQUEST_LIMIT_MS = 30_000;
const MAX_ATTEMPTS = 20;
const SHORTEST_SECRET = 6;
const MAX_MESSAGE = 500;

/** The main thread's end of a script: finds it a worker, reloads it there when it has none, and counts its kills. */
export class LoadedScriptHandle implements LoadedScript {
  table: JsonObject = {};
  hooks: readonly string[] = [];
  private readonly options: HandleOptions;
  private readonly owner: ThreadOwner;
  private readonly requests = new Map<number, AbortController>();
  private readonly secrets = new Set<string>();
  private loading: Promise<ScriptThread> | undefined;
  private strikes = 0;
  private inFlight = 0;
  private closed = false;
  private abandoned = false;
  private whenDrained: (() => void) | undefined;

  constructor(options: HandleOptions) {
    this.options = options;
    this.owner = options.source.trusted ? SHARED : options.id;
    this.addSecret(options.config.api_key);
    options.scripts.set(options.id, this);
  }

  /** Runs the script for the first time. */
  async load(): Promise<void> {
    try {
      await this.track(this.attempt('load', () => this.prepare()));
    } catch (error) {
      await this.close();
      throw error;
    }
    // Nothing will ever be called: data-only providers cost no worker.
    if (this.hooks.length === 0) await this.free();
  }

  async call(hook: string, args: readonly Json[], options: CallOptions = {}): Promise<Json[]> {
    const { api_key, signal, keepOrderOf = 0 } = options;
    const { file } = this.options.source;
    if (this.closed || signal?.aborted === true) throw cancelled(hook, file);
    if (!this.hooks.includes(hook)) throw new AppError('script_error', `${file} has no function "${hook}".`);
    const job: Job = {
      id: this.options.nextJobId(),
      type: 'call',
      script: this.options.id,
      hook,
      args,
      keep: keepOrderOf,
    };
    if (api_key !== undefined) {
      job.key = api_key;
      this.addSecret(api_key);
    }
    const result = this.track(
      this.attempt(hook, async () => {
        const thread = this.findThread() ?? (await this.prepare());
        return thread.run(job);
      }),
    );
    if (this.owner !== SHARED) this.options.pool.warmUp();
    // Safe: a call's answer is the list of the hook's results.
    return (await (signal === undefined ? result : this.untilAborted(result, job, signal))) as Json[];
  }

  async close(): Promise<void> {
    if (!this.closed) {
      this.closed = true;
      if (this.inFlight > 0) await new Promise<void>(resolve => (this.whenDrained = resolve));
      await this.free();
    }
    this.options.scripts.delete(this.options.id);
  }

  /** Refuses everything at once; the host ends the workers. */
  abandon(): void {
    this.closed = true;
    this.abandoned = true;
    for (const request of this.requests.values()) request.abort();
  }

  /** Does what the script asked for while its worker waits. */
  async answer(question: AskMessage): Promise<AskAnswer> {
    const { services } = this.options;
    try {
      if (question.type === 'fetch') return await this.fetch(question.job, question.request);
      return { ok: true, text: (await services.readData?.(question.path)) ?? '' };
    } catch (error) {
      // Only our own sentences go to the script; other errors may tell about this machine.
      const message = error instanceof AppError ? error.message : 'it failed';
      const what =
        question.type === 'fetch'
          ? `${question.request.method} ${originOf(question.request.url)}`
          : question.path;
      return { ok: false, message: this.redact(toOneLine(`${what}: ${message}`, MAX_MESSAGE)) };
    }
  }

  log(level: LogLevel, message: string): void {
    this.options.services.log(level, this.redact(message));
  }

  private async fetch(job: number, request: ScriptHttpRequest): Promise<AskAnswer> {
    const controller = new AbortController();
    this.requests.set(job, controller);
    const timeout = new AppError('upstream_timeout', `no answer within ${REQUEST_LIMIT_MS / 1000} s`);
    const timer = setTimeout(() => controller.abort(timeout), REQUEST_LIMIT_MS);
    try {
      const answer = this.options.services.fetch(request, controller.signal);
      const { status, headers, body } = await rejectOnAbort(answer, controller.signal);
      return { ok: true, response: { status, headers, body } };
    } finally {
      clearTimeout(timer);
      this.requests.delete(job);
    }
  }

  /** Runs something on a worker until it gets to run to its end: a worker that ends for others' reasons is no failure. */
  private async attempt<T>(hook: string, run: () => Promise<T>): Promise<T> {
    for (let attempts = 0; attempts < MAX_ATTEMPTS; attempts++) {
      this.refuseIfUnusable(hook);
      try {
        const value = await run();
        this.strikes = 0;
        return value;
      } catch (error) {
        if (error instanceof JobLost) continue;
        throw this.explain(error, hook);
      }
    }
    throw new AppError('internal', `${this.options.source.file} found no worker to run in. Try again.`);
  }

  private refuseIfUnusable(hook: string): void {
    const { file } = this.options.source;
    if (this.abandoned) throw cancelled(hook, file);
    if (this.strikes >= MAX_STRIKES) {
      throw new AppError(
        'script_timeout',
        `${file} is switched off: it had to be stopped ${MAX_STRIKES} times in a row. Mend the script, then load it again.`,
      );
    }
  }

  private explain(error: unknown, hook: string): unknown {
    const { source, hardLimitMs } = this.options;
    if (error instanceof AppError) {
      return new AppError(
        error.code,
        this.redact(error.message),
        error.cause === undefined ? {} : { cause: error.cause },
      );
    }
    if (!(error instanceof ScriptKilled)) return error;
    this.strikes++;
    // So that the next call does not wait for a worker to start.
    this.options.pool.warmUp();
    const what =
      error.code === 'script_timeout' ? `ran longer than ${hardLimitMs} ms` : 'broke its interpreter';
    const off =
      this.strikes >= MAX_STRIKES
        ? ` That was ${MAX_STRIKES} times in a row: the script is switched off until it is loaded again.`
        : '';
    return new AppError(error.code, `${source.file}: ${hook} ${what} and was stopped.${off}`, {
      cause: error,
    });
  }

  private findThread(): ScriptThread | undefined {
    const thread = this.options.pool.find(this.owner);
    return thread?.scripts.has(this.options.id) === true ? thread : undefined;
  }

  /** A worker in which the script is loaded. */
  private prepare(): Promise<ScriptThread> {
    this.loading ??= this.loadIntoThread().finally(() => (this.loading = undefined));
    return this.loading;
  }

  private async loadIntoThread(): Promise<ScriptThread> {
    const { id, source, config, services, pool } = this.options;
    const thread = await pool.acquire(this.owner);
    if (thread.scripts.has(id)) return thread;
    const { file, text } = source;
    const data = services.readData !== undefined;
    // Safe: the answer to a load job is a LoadResult.
    const result = (await thread.run({
      id: this.options.nextJobId(),
      type: 'load',
      script: id,
      file,
      text,
      config,
      data,
    })) as LoadResult;
    thread.scripts.add(id);
    this.table = result.table;
    this.hooks = result.hooks;
    return thread;
  }

  private async free(): Promise<void> {
    const { id, pool } = this.options;
    if (this.owner !== SHARED) {
      pool.release(this.owner);
      return;
    }
    const thread = this.findThread();
    thread?.scripts.delete(id);
    await thread?.run({ id: this.options.nextJobId(), type: 'unload', script: id }).catch(() => {
      // A worker that ended has unloaded everything.
    });
  }

  private async track<T>(work: Promise<T>): Promise<T> {
    this.inFlight++;
    try {
      return await work;
    } finally {
      this.inFlight--;
      if (this.inFlight === 0) this.whenDrained?.();
    }
  }

  private async untilAborted(result: Promise<Json>, job: Job, signal: AbortSignal): Promise<Json> {
    const abort = () => this.requests.get(job.id)?.abort();
    signal.addEventListener('abort', abort, { once: true });
    try {
      return await rejectOnAbort(result, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
      throw cancelled(job.type === 'call' ? job.hook : job.type, this.options.source.file);
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  private addSecret(key: string): void {
    if (key.length >= SHORTEST_SECRET && this.secrets.size < 100) this.secrets.add(key);
  }

  private redact(message: string): string {
    let safe = message;
    for (const secret of this.secrets) safe = safe.replaceAll(secret, '[api key]');
    return safe;
  }
}

function cancelled(hook: string, file: string): AppError {
  return new AppError('cancelled', `${file}: ${hook} was cancelled.`);
}

function originOf(url: string): string {
  try {
    return new URL(url).origin;
  } catch {
    return 'an address that is not a URL';
  }
}

/** Rejects with the signal's reason as soon as it is aborted, whatever the promise does. */
function rejectOnAbort<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () =>
      reject(signal.reason instanceof Error ? signal.reason : new AppError('cancelled', 'cancelled'));
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
    if (signal.aborted) abort();
  });
}
