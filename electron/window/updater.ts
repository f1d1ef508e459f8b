import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

import { z } from 'zod';

import type { UpdateDesk, UpdateState } from '../contract/about-calls.ts';

/** Where newer versions are: electron-updater, or what a test puts in its place. */
export type UpdateSource = {
  /** Whether it can put a newer version in this one's place; else the person is told only. */
  installs: boolean;
  /** The newer version, or null where this is the newest. */
  check(): Promise<string | null>;
  download(onProgress: (share: number) => void): Promise<void>;
  install(): void;
};

export type UpdaterOptions = {
  /** The source, or in one sentence why there is none. */
  source: UpdateSource | string;
  /** Keeps when it was asked last: restarts are no reason to ask more often. */
  stateFile: string;
  now?: () => Date;
};

export type Updater = {
  desk: UpdateDesk;
  /** From now on asks once a day, while `mode` is `ask`. Nothing is downloaded or installed without being told to. */
  start(mode: () => 'ask' | 'off'): void;
  close(): void;
};

const dayMs = 24 * 60 * 60 * 1000;
/** Until the first look, and between two looks whether a day has passed. */
const pauses = { first: 60_000, next: 60 * 60 * 1000 };

export function createUpdater({ source, stateFile, now = () => new Date() }: UpdaterOptions): Updater {
  const listeners = new Set<() => void>();
  let state = firstState(source, readCheckedAt(stateFile));
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<UpdateState> | undefined;
  const set = (change: Partial<UpdateState>): UpdateState => {
    state = { ...state, ...change };
    for (const listener of listeners) listener();
    return state;
  };
  /** One thing at a time: who asks again meanwhile gets the same answer. */
  const alone = (work: (from: UpdateSource) => Promise<UpdateState>): Promise<UpdateState> => {
    if (typeof source === 'string') return Promise.resolve(state);
    running ??= work(source)
      .catch((error: unknown) => set({ status: 'failed', progress: null, reason: describe(error) }))
      .finally(() => (running = undefined));
    return running;
  };

  const check = (): Promise<UpdateState> =>
    alone(async from => {
      if (state.status === 'ready') return state;
      set({ status: 'checking', reason: null });
      const checkedAt = now().toISOString();
      writeCheckedAt(stateFile, checkedAt);
      const version = await from.check();
      const status = version === null ? 'current' : 'available';
      return set({ status, version, checked_at: checkedAt });
    });

  const desk: UpdateDesk = {
    state: () => state,
    check,
    download: () =>
      alone(async from => {
        if (!from.installs || state.version === null || state.status === 'ready') return state;
        set({ status: 'downloading', progress: 0, reason: null });
        await from.download(share => set({ progress: share }));
        return set({ status: 'ready', progress: null });
      }),
    install() {
      if (typeof source !== 'string' && state.status === 'ready') source.install();
    },
    onChange(listener) {
      listeners.add(listener);
    },
  };
  const plan = (pause: number, mode: () => 'ask' | 'off'): void => {
    timer = setTimeout(() => {
      // A clock that was set back must not end it.
      const passed = Math.abs(now().getTime() - Date.parse(state.checked_at ?? ''));
      const isDue = Number.isNaN(passed) || passed >= dayMs;
      if (mode() === 'ask' && isDue && state.status !== 'ready') void check();
      plan(pauses.next, mode);
    }, pause);
    timer.unref();
  };
  return {
    desk,
    start: mode => typeof source === 'string' || plan(pauses.first, mode),
    close: () => clearTimeout(timer),
  };
}

function firstState(source: UpdateSource | string, checkedAt: string | null): UpdateState {
  const nothing = { version: null, progress: null };
  return typeof source === 'string'
    ? { ...nothing, status: 'unavailable', installs: false, reason: source, checked_at: null }
    : { ...nothing, status: 'idle', installs: source.installs, reason: null, checked_at: checkedAt };
}

const keptSchema = z.object({ checked_at: z.iso.datetime() });

function readCheckedAt(file: string): string | null {
  try {
    return keptSchema.parse(JSON.parse(readFileSync(file, 'utf8'))).checked_at;
  } catch {
    return null;
  }
}

/** Before the answer: a place that never answers is not asked more often for it. */
function writeCheckedAt(file: string, checkedAt: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, JSON.stringify({ checked_at: checkedAt }), { mode: 0o600 });
  } catch {
    // Then it is asked at the next start, too.
  }
}

const longest = 160;

/** One sentence, whatever electron-updater says: its messages run over pages. */
function describe(error: unknown): string {
  const { code, message } = error instanceof Error ? readError(error) : { code: '', message: String(error) };
  if (/checksum|sha512|signature|signed/i.test(`${code} ${message}`)) {
    return 'What was downloaded is not what was announced, and was thrown away. Try again later.';
  }
  const net = /(?:net::)?(ERR_[A-Z_]+)|\b(E[A-Z]{3,})\b/.exec(`${code} ${message}`);
  const isNetwork = /net::|ENOTFOUND|ECONN|EAI_AGAIN|ETIMEDOUT|INTERNET|NAME_NOT_RESOLVED/.test(
    `${code} ${message}`,
  );
  if (isNetwork)
    return `The place where newer versions are cannot be reached (${net?.[0] ?? code}). Try again later.`;
  const first = (message.split('\n')[0] ?? '').replaceAll(/\s+/g, ' ').slice(0, longest);
  return `Newer versions could not be looked for: ${first.replace(/[.:\s]+$/, '')}. Try again later.`;
}

function readError(error: Error): { code: string; message: string } {
  return { code: 'code' in error ? String(error.code) : '', message: error.message };
}
