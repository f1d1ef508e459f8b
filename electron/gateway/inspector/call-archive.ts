import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';

import { AppError, toAppError } from '../../contract/errors.ts';
import { callDetailsSchema } from '../../contract/inspector.ts';
import type { CallDetails } from '../../contract/inspector.ts';

/** Calls with their bodies on the disk, for those who switched that on: one compressed file a call, a folder a day. */
export type CallArchive = {
  /** Whether calls are to be saved. */
  isOn(): boolean;
  /** Writes it later; what goes wrong is told to `onProblem`. */
  save(call: CallDetails): void;
  find(id: string): Promise<CallDetails | undefined>;
  /** Resolves when all is written. */
  close(): Promise<void>;
};

export type ArchiveDeps = {
  dir: string;
  /** Read anew each time. */
  settings: () => { keep_bodies: boolean; keep_days: number };
  onProblem: (error: AppError) => void;
  now?: () => Date;
};

const compress = promisify(gzip);
const decompress = promisify(gunzip);

/** More than this many waiting would be a disk that cannot keep up. */
const mostWaiting = 200;
const dayPattern = /^\d{4}-\d{2}-\d{2}$/;

export function createCallArchive({
  dir,
  settings,
  onProblem,
  now = () => new Date(),
}: ArchiveDeps): CallArchive {
  const waiting = new Set<Promise<void>>();
  let isFailing = false;
  let prunedOn = '';

  const report = (error: unknown): void => {
    // Said once, until it works again.
    if (!isFailing) onProblem(notSaved(error));
    isFailing = true;
  };
  const keep = (work: Promise<void>): void => {
    const done = work.catch(report).finally(() => waiting.delete(done));
    waiting.add(done);
  };
  const prune = (): void => {
    const today = now().toISOString().slice(0, 10);
    if (today === prunedOn) return;
    prunedOn = today;
    keep(removeBefore(dir, firstDayKept(now(), settings().keep_days)));
  };
  prune();

  return {
    isOn: () => settings().keep_bodies,
    save(call) {
      prune();
      if (waiting.size >= mostWaiting) {
        report(new Error('the disk cannot keep up'));
        return;
      }
      keep(
        writeCall(dir, call).then(() => {
          isFailing = false;
        }),
      );
    },
    async find(id) {
      await Promise.all(waiting);
      return readCall(dir, id);
    },
    async close() {
      await Promise.all(waiting);
    },
  };
}

async function writeCall(dir: string, call: CallDetails): Promise<void> {
  const folder = join(dir, call.started_at.slice(0, 10));
  const bytes = await compress(JSON.stringify({ ...call, is_kept: true }));
  // What people ask their models is nobody else's business.
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(join(folder, `${call.id}.json.gz`), bytes, { mode: 0o600 });
}

async function readCall(dir: string, id: string): Promise<CallDetails | undefined> {
  if (!/^[\w-]{1,64}$/.test(id)) return undefined;
  for (const day of (await listDays(dir)).sort().reverse()) {
    const bytes = await readFile(join(dir, day, `${id}.json.gz`)).catch(ignoreMissing);
    if (bytes) return parseCall(await decompress(bytes).catch(() => Buffer.alloc(0)));
  }
  return undefined;
}

function parseCall(bytes: Buffer): CallDetails {
  try {
    return callDetailsSchema.parse(JSON.parse(bytes.toString('utf8')));
  } catch (cause) {
    throw new AppError(
      'not_found',
      'The file of this call cannot be read; it was damaged or written by another version.',
      { cause },
    );
  }
}

async function removeBefore(dir: string, firstDay: string): Promise<void> {
  for (const day of await listDays(dir)) {
    if (day < firstDay) await rm(join(dir, day), { recursive: true, force: true });
  }
}

async function listDays(dir: string): Promise<string[]> {
  const names = await readdir(dir).catch(ignoreMissing);
  return (names ?? []).filter(name => dayPattern.test(name));
}

function firstDayKept(now: Date, days: number): string {
  return new Date(now.getTime() - days * 86_400_000).toISOString().slice(0, 10);
}

function ignoreMissing(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
    return undefined;
  throw error;
}

function notSaved(cause: unknown): AppError {
  const { code, message } = toAppError(cause);
  return new AppError(
    code,
    `A call could not be kept for the inspector: ${message}. Free some space, or switch gateway.inspector.keep_bodies off.`,
    { cause },
  );
}
