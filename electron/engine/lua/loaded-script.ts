import { AppError } from '../../contract/errors.ts';
import type { Json, JsonObject } from '../../contract/json.ts';
import { rejectOnAbort } from './reject-on-abort.ts';
import type {
  CallOptions,
  LoadedScript,
  LogLevel,
  ScriptConfig,
  ScriptServices,
  ScriptSource,
} from './script-contract.ts';
import { ScriptErrands } from './script-errands.ts';
import { JobLost, ScriptKilled, type ScriptThread } from './script-thread.ts';
import { Secrets } from './secrets.ts';
import { SHARED, type ThreadOwner, type ThreadPool } from './thread-pool.ts';
import type { Job, LoadResult } from './worker-protocol.ts';

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
const MAX_ATTEMPTS = 20;

/** Runs of one hook under way, and how far they are. */
type Batch = {
  hook: string;
  runs: readonly (readonly Json[])[];
  done: number;
  onResults(results: Json[][]): void;
  options: CallOptions;
  /** The job that carries them now; another one after a worker was lost. */
  job: number;
  cancelled: boolean;
};

/** The main thread's end of a script: finds it a worker, reloads it there when it has none, and counts its kills. */
export class LoadedScriptHandle implements LoadedScript {
  table: JsonObject = {};
  hooks: readonly string[] = [];
  readonly errands: ScriptErrands;
  private readonly options: HandleOptions;
  private readonly owner: ThreadOwner;
  private readonly secrets: Secrets;
  private loading: Promise<ScriptThread> | undefined;
  private strikes = 0;
  private inFlight = 0;
  private closed = false;
  private abandoned = false;
  private whenDrained: (() => void) | undefined;

  constructor(options: HandleOptions) {
    this.options = options;
    this.owner = options.source.trusted ? SHARED : options.id;
    this.secrets = new Secrets(options.config.api_key);
    this.errands = new ScriptErrands(options.services, this.secrets);
    options.scripts.set(options.id, this);
  }

  /** Runs the script for the first time. */
  async load(): Promise<void> {
    try {
      await this.attempt('load', () => this.prepare());
    } catch (error) {
      await this.close();
      throw error;
    }
    // Nothing will ever be called: data-only providers cost no worker.
    if (this.hooks.length === 0) await this.free();
  }

  async call(hook: string, args: readonly Json[], options: CallOptions = {}): Promise<Json[]> {
    let results: Json[] = [];
    await this.callEach(hook, [args], ([only = []]) => (results = only), options);
    return results;
  }

  async callEach(
    hook: string,
    runs: readonly (readonly Json[])[],
    onResults: (results: Json[][]) => void,
    options: CallOptions = {},
  ): Promise<void> {
    const { file } = this.options.source;
    if (this.closed || options.signal?.aborted === true) throw cancelled(hook, file);
    if (!this.hooks.includes(hook)) throw new AppError('script_error', `${file} has no function "${hook}".`);
    if (options.api_key !== undefined) this.secrets.lend(options.api_key);
    const batch: Batch = { hook, runs, done: 0, onResults, options, job: 0, cancelled: false };
    const work = this.attempt(hook, () => this.run(batch));
    if (this.owner !== SHARED) this.options.pool.warmUpSoon();
    await (options.signal === undefined ? work : this.untilAborted(work, batch, options.signal));
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
    this.errands.abortAll();
  }

  log(level: LogLevel, message: string): void {
    this.options.services.log(level, this.secrets.redact(message));
  }

  /** Sends the runs that are not done yet. */
  private async run(batch: Batch, before = batch.runs.length): Promise<void> {
    const thread = this.findThread() ?? (await this.prepare());
    if (batch.cancelled || batch.done === before) return;
    const { hook, options } = batch;
    const first = batch.done;
    batch.job = this.options.nextJobId();
    const job: Job = {
      id: batch.job,
      type: 'call',
      script: this.options.id,
      hook,
      runs: first === 0 && before === batch.runs.length ? batch.runs : batch.runs.slice(first, before),
    };
    if (options.keepOrderOf !== undefined) job.keep = options.keepOrderOf;
    if (options.api_key !== undefined) job.key = options.api_key;
    try {
      await thread.run(job, results => this.take(batch, results));
    } catch (error) {
      // What ended well just before the run that had to be stopped may not have come out of its worker.
      const killed = error instanceof ScriptKilled ? first + error.run : 0;
      if (before === batch.runs.length && killed > batch.done) await this.run(batch, killed);
      throw error;
    }
  }

  private take(batch: Batch, results: Json[][]): void {
    if (batch.cancelled || results.length === 0) return;
    this.strikes = 0;
    batch.done += results.length;
    batch.onResults(results);
  }

  /** Runs something on a worker until it gets to run to its end: a worker that ends for others' reasons is no failure. */
  private async attempt<T>(hook: string, run: () => Promise<T>): Promise<T> {
    this.inFlight++;
    try {
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
    } finally {
      this.inFlight--;
      if (this.inFlight === 0) this.whenDrained?.();
    }
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
      const isRefusal = error.code === 'script_error' && this.errands.isRefusal(error.message);
      return new AppError(
        isRefusal ? 'host_not_granted' : error.code,
        this.secrets.redact(error.message),
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

  private async untilAborted(work: Promise<void>, batch: Batch, signal: AbortSignal): Promise<void> {
    try {
      await rejectOnAbort(work, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
      batch.cancelled = true;
      this.errands.abort(batch.job);
      this.findThread()?.cancel(batch.job);
      throw cancelled(batch.hook, this.options.source.file);
    }
  }
}

function cancelled(hook: string, file: string): AppError {
  return new AppError('cancelled', `${file}: ${hook} was cancelled.`);
}
