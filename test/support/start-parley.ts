import { spawn } from 'node:child_process';
import type { ChildProcess, SpawnOptions } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { loadSqlite } from '../../electron/store/load-sqlite.ts';
import { callSchema } from '../../electron/contract/calls.ts';
import type { Call } from '../../electron/contract/calls.ts';
import { isBuilt } from '../../scripts/built.ts';

/** The built command line starts three times as fast as its sources, and is what people get; where it is old, the sources. */
const cliFile = fileURLToPath(
  new URL(isBuilt() ? '../../dist/electron/cli.cjs' : '../../electron/cli.ts', import.meta.url),
);

/** A test that fails half-way must not leave a server behind. */
const children = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

export type ParleyOptions = {
  dataDir?: string;
  env?: Record<string, string>;
  /** Text for standard input; without it there is none. */
  input?: string;
  /** Runs as another user; only root may. */
  uid?: number;
};

export type ParleyRun = { code: number | null; stdout: string; stderr: string };

export type RunningParley = {
  url: string;
  ui: string | null;
  pid: number;
  dataDir: string;
  /** All that was printed so far. */
  output: () => { stdout: string; stderr: string };
  /** Sends the signal and resolves with how the process ended. */
  stop(signal?: NodeJS.Signals): Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
};

/** An empty folder; whoever makes it removes it with `removeDir`. */
export function makeDataDir(): string {
  return mkdtempSync(join(tmpdir(), 'parley-cli-'));
}

export function removeDir(dir: string): void {
  rmSync(dir, { recursive: true, force: true });
}

export function writeConfig(dataDir: string, yaml: string): void {
  writeFileSync(join(dataDir, 'parley.yaml'), yaml);
}

/** A provider as plain as can be: chat completions, whose bytes pass as they are. */
export function writePlainScript(dataDir: string): void {
  const fields =
    'protocol = "openai_compat", base_url = config.url, completions_endpoint = "/v1/chat/completions"';
  writeScript(
    dataDir,
    'plain',
    `return { name = "Plain", ${fields}, auth_type = "bearer", auth_key = config.api_key }`,
  );
}

export function writeScript(dataDir: string, type: string, source: string): void {
  mkdirSync(join(dataDir, 'providers'), { recursive: true });
  writeFileSync(join(dataDir, 'providers', `${type}.lua`), source);
}

export type RunningCommand = {
  output: () => { stdout: string; stderr: string };
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  kill: (signal: NodeJS.Signals) => void;
  /** Stops reading what it prints, as `| head` does. */
  hangUp: () => void;
};

/** Runs one command to its end. */
export async function runParley(args: string[], options: ParleyOptions = {}): Promise<ParleyRun> {
  const command = startCommand(args, options);
  const { code } = await command.ended;
  return { code, ...command.output() };
}

/** Starts a command whose output is looked at while it runs. */
export function startCommand(args: string[], options: ParleyOptions = {}): RunningCommand {
  const child = spawnParley(args, options);
  child.stdin?.on('error', () => undefined); // a command that reads nothing may be gone before all is written
  child.stdin?.end(options.input ?? '');
  return {
    output: collect(child),
    ended: ended(child),
    kill: signal => void child.kill(signal),
    hangUp: () => void child.stdout?.destroy(),
  };
}

/** Starts `parley serve` on a free port and waits for its ready line. */
export async function startParley(options: ParleyOptions & { args?: string[] } = {}): Promise<RunningParley> {
  const dataDir = options.dataDir ?? makeDataDir();
  const serve = ['serve', '--port', '0', '--json', ...(options.args ?? [])];
  const { output, ended: end, kill } = startCommand(serve, { ...options, dataDir });
  let isOver = false;
  void end.then(() => (isOver = true));
  await waitFor(() => {
    if (isOver) throw new Error(`serve ended before it was ready: ${output().stderr}`);
    return output().stdout.includes('\n');
  });
  const ready = JSON.parse(output().stdout.split('\n')[0] ?? '') as {
    url: string;
    ui: string | null;
    pid: number;
  };
  return {
    ...ready,
    dataDir,
    output,
    stop(signal = 'SIGTERM') {
      kill(signal);
      return end;
    },
  };
}

/** The ledger as any SQLite client reads it, oldest first; also while Parley is writing. */
export function readCalls(dataDir: string): Call[] {
  const file = join(dataDir, 'parley.db');
  const db = new (loadSqlite())(file, { readonly: true, fileMustExist: true });
  try {
    return db
      .prepare('SELECT * FROM calls ORDER BY started_at, id')
      .all()
      .map(row => callSchema.parse(row));
  } finally {
    db.close();
  }
}

/** Waits for the rows of one model; those that come later are the business of whoever counts at the end. */
export async function waitForCalls(dataDir: string, model: string, count = 1): Promise<Call[]> {
  return waitFor(() => {
    const rows = readCalls(dataDir).filter(call => call.model_asked === model);
    return rows.length >= count ? rows : undefined;
  });
}

/** Asks again and again until the answer is neither undefined nor false. */
export async function waitFor<T>(look: () => T | Promise<T>, seconds = 10): Promise<NonNullable<T>> {
  for (let attempt = 0; attempt < seconds * 40; attempt += 1) {
    const found = await look();
    if (found !== undefined && found !== null && found !== false) return found;
    await sleep(25);
  }
  throw new Error(`still waiting after ${String(seconds)} s: ${String(look)}`);
}

export function readLog(dataDir: string): string {
  const file = join(dataDir, 'logs', 'parley.log');
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

function spawnParley(args: string[], options: ParleyOptions): ChildProcess {
  const { dataDir, env = {}, uid } = options;
  const spawnOptions: SpawnOptions = {
    // Nothing of the machine's own: neither its keys nor its keyring nor its data directory.
    env: {
      PATH: process.env['PATH'],
      TMPDIR: tmpdir(),
      HOME: join(tmpdir(), 'parley-no-home'),
      // Half of a short command is the compiling of the sources.
      NODE_COMPILE_CACHE: join(tmpdir(), 'parley-test-compile-cache'),
      ...env,
    },
    stdio: 'pipe',
    ...(uid === undefined ? {} : { uid, gid: uid, cwd: '/' }),
  };
  const where = dataDir === undefined ? [] : ['--data-dir', dataDir];
  const child = spawn(process.execPath, [cliFile, ...args, ...where], spawnOptions);
  children.add(child);
  child.once('exit', () => children.delete(child));
  return child;
}

function collect(child: ChildProcess): () => { stdout: string; stderr: string } {
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (text: string) => (texts[name] += text));
  }
  return () => ({ ...texts });
}

function ended(child: ChildProcess): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
}
