import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What `load` prints; times in microseconds, -1 where nothing was measured. */
export type LoadReport = {
  succeeded: number;
  failed: number;
  seconds: number;
  requests_per_s: number;
  pieces_per_s: number;
  latency_p50: number;
  latency_p99: number;
  first_byte_p50: number;
  piece_p50: number;
  piece_p99: number;
  first_failure: string;
};

export type Load = {
  port: number;
  path: string;
  body_file: string;
  headers?: Record<string, string>;
  connections?: number;
  /** Either of the two. */
  seconds?: number;
  requests?: number;
  spread_ms?: number;
  /** What starts before so many seconds are over is not counted. */
  warm_up_s?: number;
  /** How many pieces each streamed answer must have; left out for answers that are not streamed. */
  pieces?: number;
};

/** Compiles the load client and the upstream. Throws where there is no C compiler. */
export async function buildTools(dir: string): Promise<{ load: string; upstream: string }> {
  const source = join(import.meta.dirname, '..', 'tools');
  const tools = { load: join(dir, 'load'), upstream: join(dir, 'upstream') };
  for (const name of ['load', 'upstream'] as const) {
    await run('cc', ['-O2', '-o', tools[name], join(source, `${name}.c`)]);
  }
  return tools;
}

/** Whoever makes the load shares one core with the upstream, whoever is measured has another to itself. */
const pinned = existsSync('/usr/bin/taskset');
export function onCore(core: 0 | 1, command: string, args: string[]): [string, string[]] {
  return pinned ? ['/usr/bin/taskset', ['-c', String(core), command, ...args]] : [command, args];
}

export async function runLoad(tool: string, load: Load): Promise<LoadReport> {
  const args = [String(load.port), load.path, load.body_file, '-c', String(load.connections ?? 1)];
  for (const [name, value] of Object.entries(load.headers ?? {})) args.push('-H', `${name}: ${value}`);
  if (load.requests === undefined) args.push('-t', String(load.seconds ?? 2));
  else args.push('-n', String(load.requests));
  if (load.spread_ms !== undefined) args.push('-g', String(load.spread_ms));
  if (load.warm_up_s !== undefined) args.push('-w', String(load.warm_up_s));
  if (load.pieces !== undefined) args.push('-s', '-e', String(load.pieces));
  const [command, all] = onCore(0, tool, args);
  const { stdout } = await run(command, all).catch((error: unknown) => {
    const { stdout = '' } = error as { stdout?: string }; // execFile's error carries what was printed
    if (stdout === '') throw error;
    return { stdout };
  });
  return JSON.parse(stdout) as LoadReport; // printed by our own tool
}

export type Started = { process: ChildProcess; pid: number; stop(): Promise<void> };

export function start(core: 0 | 1, command: string, args: string[], env: NodeJS.ProcessEnv = {}): Started {
  const [pinnedCommand, all] = onCore(core, command, args);
  const child = spawn(pinnedCommand, all, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.resume();
  child.stderr.resume();
  const ended = new Promise<void>(resolve => child.once('exit', () => resolve()));
  return {
    process: child,
    pid: child.pid ?? 0,
    async stop() {
      child.kill('SIGTERM');
      await Promise.race([ended, sleep(3_000).then(() => child.kill('SIGKILL'))]);
    },
  };
}

/** Waits until something answers there; resolves to the milliseconds it took. */
export async function untilAnswered(url: string, init: RequestInit, limitMs = 20_000): Promise<number> {
  const begun = performance.now();
  for (;;) {
    try {
      const answer = await fetch(url, init);
      await answer.arrayBuffer();
      if (answer.ok) return performance.now() - begun;
    } catch {
      // Not listening yet.
    }
    if (performance.now() - begun > limitMs) throw new Error(`Nothing answered at ${url}.`);
    await sleep(2);
  }
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise(resolve => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('No free port was found.');
  return address.port;
}

/** Resident memory of a process in megabytes. */
export function residentMb(pid: number): number {
  const line = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8'));
  return Number(line?.[1] ?? 0) / 1_024;
}

export function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}
