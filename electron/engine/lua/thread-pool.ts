import { setTimeout as setTimeoutPromise } from 'node:timers/promises';

import { AppError } from '../../contract/errors.ts';
import { ScriptThread, type ThreadOptions } from './script-thread.ts';
import type { WasmModule } from './web-assembly.ts';

type PoolOptions = {
  maxWorkers: number;
  idleMs: number;
  /** The compiled interpreter; asked for when the first worker starts. */
  loadWasm(): Promise<WasmModule>;
  thread: Omit<ThreadOptions, 'wasm' | 'onIdle' | 'onEnd'>;
};

/** Key of the one worker that all scripts shipped with the app share. */
export const SHARED = 'shared';
export type ThreadOwner = number | typeof SHARED;

type Waiter = { owner: ThreadOwner; resolve: (thread: ScriptThread) => void; reject: (error: Error) => void };

const WARM_UP_AFTER_MS = 50;
/** Time after which a worker ends in which no script is loaded: scripts that are data only leave it behind. */
const EMPTY_MS = 2_000;
/** Longest wait for workers at the end of the app. */
const ENDING_MS = 1_000;

/** Worker threads by owner, at most `maxWorkers`: idle ones make room, and one spare is kept warm while imported scripts are in use. */
export class ThreadPool {
  private readonly options: PoolOptions;
  private readonly threads = new Map<ThreadOwner, ScriptThread>();
  private readonly waiters: Waiter[] = [];
  private readonly leaving = new Set<Promise<void>>();
  private wasm: WasmModule | undefined;
  private spare: ScriptThread | undefined;
  private keepSpare = false;
  /** When a worker of an imported script ended last. */
  private importedEndedAt = 0;
  private sweep: NodeJS.Timeout | undefined;
  private warming: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(options: PoolOptions) {
    this.options = options;
  }

  get size(): number {
    return this.threads.size + (this.spare === undefined ? 0 : 1);
  }

  /** The owner's thread: its own, the spare, a new one, or the first that becomes free. */
  async acquire(owner: ThreadOwner): Promise<ScriptThread> {
    this.wasm ??= await this.options.loadWasm();
    const thread = this.claim(owner);
    if (thread !== undefined) return thread;
    return new Promise((resolve, reject) => this.waiters.push({ owner, resolve, reject }));
  }

  /** The owner's thread where it has one already, without waiting a turn. */
  find(owner: ThreadOwner): ScriptThread | undefined {
    return this.threads.get(owner);
  }

  /** Keeps a warm spare from now on, for as long as imported scripts have workers. */
  warmUp(): void {
    this.keepSpare = true;
    clearTimeout(this.warming);
    this.warming = undefined;
    if (this.spare === undefined && this.size < this.options.maxWorkers && !this.closed)
      this.spare = this.start();
  }

  /** The same, once what goes on now has had its time: a starting worker takes a processor for a tenth of a second. */
  warmUpSoon(): void {
    this.keepSpare = true;
    if (this.spare !== undefined || this.closed) return;
    this.warming ??= setTimeout(() => this.warmUp(), WARM_UP_AFTER_MS).unref();
  }

  release(owner: ThreadOwner): void {
    void this.threads.get(owner)?.close();
  }

  /** Workers that were told to end and have not. */
  get ending(): number {
    return this.leaving.size;
  }

  /** Waits for its workers, but not for ever: V8 may hold one back. `ending` counts those. */
  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.sweep);
    clearTimeout(this.warming);
    for (const { reject } of this.waiters.splice(0)) reject(closedError());
    for (const thread of this.threads.values()) void thread.close();
    void this.spare?.close();
    const timeout = new AbortController();
    await Promise.race([
      Promise.all(this.leaving),
      setTimeoutPromise(ENDING_MS, undefined, { signal: timeout.signal }).catch(() => undefined),
    ]);
    timeout.abort();
  }

  /** Until its first job comes, a claimed thread is not taken for an idle one. */
  private claim(owner: ThreadOwner): ScriptThread | undefined {
    const thread = this.find(owner) ?? this.take(owner);
    if (thread !== undefined) thread.claimed = true;
    return thread;
  }

  private take(owner: ThreadOwner): ScriptThread | undefined {
    if (this.closed) throw closedError();
    let thread = this.spare;
    this.spare = undefined;
    if (thread === undefined) {
      if (this.size >= this.options.maxWorkers) this.evictIdle();
      if (this.size >= this.options.maxWorkers) return undefined;
      thread = this.start();
    }
    this.threads.set(owner, thread);
    if (this.keepSpare) this.warmUpSoon();
    this.sweep ??= this.sweepLater();
    return thread;
  }

  private start(): ScriptThread {
    if (this.wasm === undefined) throw new Error('a thread was started before its interpreter was there');
    return new ScriptThread({
      ...this.options.thread,
      wasm: this.wasm,
      onIdle: () => this.serveWaiters(),
      onEnd: thread => this.forget(thread),
    });
  }

  private forget(thread: ScriptThread): void {
    const gone = thread.close().finally(() => this.leaving.delete(gone));
    this.leaving.add(gone);
    if (this.spare === thread) this.spare = undefined;
    for (const [owner, each] of this.threads) {
      if (each !== thread) continue;
      this.threads.delete(owner);
      if (owner !== SHARED) this.importedEndedAt = Date.now();
    }
    // Not at once: it may be ending to make room for one that waits.
    queueMicrotask(() => this.serveWaiters());
  }

  private serveWaiters(): void {
    while (!this.closed) {
      const waiter = this.waiters[0];
      if (waiter === undefined) return;
      const thread = this.claim(waiter.owner);
      if (thread === undefined) return;
      this.waiters.shift();
      waiter.resolve(thread);
    }
  }

  private evictIdle(): void {
    let oldest: ScriptThread | undefined;
    for (const thread of this.threads.values()) {
      if (!thread.busy && (oldest === undefined || thread.idleSince < oldest.idleSince)) oldest = thread;
    }
    void oldest?.close();
  }

  /** Ends what nobody used for a while, and the spare with the last imported script: an idle app runs no worker. */
  private endIdle(): void {
    this.sweep = undefined;
    const { idleMs } = this.options;
    for (const thread of this.threads.values()) {
      const limit = thread.scripts.size === 0 ? Math.min(EMPTY_MS, idleMs) : idleMs;
      if (!thread.busy && Date.now() - thread.idleSince >= limit) void thread.close();
    }
    const imported = [...this.threads.keys()].some(owner => owner !== SHARED);
    if (!imported && Date.now() - this.importedEndedAt >= idleMs) {
      this.keepSpare = false;
      clearTimeout(this.warming);
      this.warming = undefined;
      void this.spare?.close();
    }
    if (this.size > 0) this.sweep = this.sweepLater();
  }

  private sweepLater(): NodeJS.Timeout {
    return setTimeout(() => this.endIdle(), Math.min(EMPTY_MS, this.options.idleMs) / 2).unref();
  }
}

function closedError(): AppError {
  return new AppError('cancelled', 'Provider scripts have been shut down.');
}
