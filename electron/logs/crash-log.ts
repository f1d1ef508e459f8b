import { appendFileSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

import { crashSchema } from '../contract/about-calls.ts';
import type { Crash } from '../contract/about-calls.ts';
import { AppError } from '../contract/errors.ts';
import { maskKeys } from '../contract/key-forms.ts';

export type CrashLog = { write(kind: Crash['kind'], problem: unknown): void };

const fileName = 'crashes.jsonl';
/** Chromium's own: memory at the moment a process ended, which never leaves this machine. */
export const dumpFolder = 'dumps';
const maxBytes = 256 * 1024;
const maxMessage = 300;
const maxFrames = 12;

/** `logs/crashes.jsonl`, a line a crash; of a large one the part before is kept as crashes.jsonl.1. */
export function openCrashLog(logsDir: string, version: string, now: () => Date = () => new Date()): CrashLog {
  const file = join(logsDir, fileName);
  return {
    write(kind, problem) {
      const crash: Crash = { at: now().toISOString(), kind, version, ...describe(problem) };
      try {
        mkdirSync(logsDir, { recursive: true, mode: 0o700 });
        const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
        if (size > maxBytes) renameSync(file, `${file}.1`);
        appendFileSync(file, `${JSON.stringify(crash)}\n`, { mode: 0o600 });
      } catch {
        // Nowhere left to say it, and the end of the program is not held up for it.
      }
    },
  };
}

/** The last crashes, newest first; lines that were cut off are left out. */
export function readCrashes(logsDir: string, count: number): Crash[] {
  const lines = readLines(join(logsDir, fileName)).slice(-count);
  const written = lines.flatMap(line => {
    const parsed = crashSchema.safeParse(parseJson(line));
    return parsed.success ? [parsed.data] : [];
  });
  return [...written, ...listDumps(join(logsDir, dumpFolder))]
    .sort((one, other) => Date.parse(other.at) - Date.parse(one.at))
    .slice(0, count);
}

/** The last lines of a log, oldest first, with nothing in them that looks like a key. */
export function readLogTail(file: string, count: number): string[] {
  return readLines(file)
    .slice(-count)
    .map(line => maskKeys(line));
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n').filter(Boolean);
  } catch {
    return [];
  }
}

/** What may be shown and copied: an error of ours is a sentence; any other's text may quote what it stumbled over. */
function describe(problem: unknown): Pick<Crash, 'message' | 'stack'> {
  if (!(problem instanceof Error)) return { message: cut(String(problem)), stack: null };
  const isOurs = problem instanceof AppError;
  const text = isOurs ? problem.message : withoutQuotes(problem.message);
  const code = 'code' in problem ? ` (${String(problem.code)})` : '';
  return { message: cut(`${problem.name}${code}: ${text}`), stack: readFrames(problem) };
}

function cut(text: string): string {
  return maskKeys(text.replaceAll(/\s+/g, ' ')).slice(0, maxMessage);
}

function withoutQuotes(text: string): string {
  // To the last quote of a kind: the text that is quoted may have quotes of its own.
  return text
    .replaceAll(/"[\s\S]*"/g, '"…"')
    .replaceAll(/'[\s\S]*'/g, "'…'")
    .replaceAll(/`[\s\S]*`/g, '`…`');
}

function readFrames({ stack = '' }: Error): string | null {
  const frames = stack.split('\n').filter(line => /^\s+at /.test(line));
  if (frames.length === 0) return null;
  const home = homedir();
  return frames
    .slice(0, maxFrames)
    .map(line => line.trim().replaceAll(home, '~'))
    .join('\n');
}

function listDumps(folder: string): Crash[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter(name => name.endsWith('.dmp'))
      .map(name => {
        const at = statSync(join(folder, name)).mtime.toISOString();
        return { at, kind: 'dump' as const, message: join(dumpFolder, name), stack: null, version: null };
      });
  } catch {
    return [];
  }
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
