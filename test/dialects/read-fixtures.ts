import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Completion } from '../../electron/contract/completion.ts';
import type { Delta } from '../../electron/contract/deltas.ts';
import { AppError } from '../../electron/contract/errors.ts';
import type { JsonObject } from '../../electron/contract/json.ts';
import { createEventReader } from '../../electron/dialects/event-reader.ts';
import type { Dialect } from '../../electron/dialects/dialect.ts';

const root = join(import.meta.dirname, '..', 'fixtures');

/** Folders of a dialect's fixtures that hold all of `files`. */
export function listCases(dialect: string, ...files: string[]): string[] {
  return readdirSync(join(root, dialect)).filter(name =>
    files.every(file => existsSync(join(root, dialect, name, file))),
  );
}

export function readBytes(dialect: string, name: string, file: string): Buffer {
  return readFileSync(join(root, dialect, name, file));
}

export function readObject(dialect: string, name: string, file: string): JsonObject {
  return JSON.parse(readBytes(dialect, name, file).toString('utf8')) as JsonObject; // all our files but deltas.json
}

/** What the stream of a case means. */
export function readDeltas(dialect: string, name: string): Delta[] {
  return JSON.parse(readBytes(dialect, name, 'deltas.json').toString('utf8')) as Delta[]; // written as such
}

/** What the whole answer of a case means. */
export function readCompletion(dialect: string, name: string): Completion {
  return readObject(dialect, name, 'completion.json') as unknown as Completion; // written as such
}

export function hasFile(dialect: string, name: string, file: string): boolean {
  return existsSync(join(root, dialect, name, file));
}

/** Deltas of a streamed answer whose bytes arrive in these chunks. */
export function decodeChunks(dialect: Dialect, chunks: Iterable<Buffer>): Delta[] {
  const deltas: Delta[] = [];
  const decoder = dialect.client.createDecoder();
  const reader = createEventReader(dialect.client.framing, event => {
    deltas.push(...decoder.decodeEvent(event));
  });
  for (const chunk of chunks) reader.push(chunk);
  reader.end();
  return deltas;
}

/** One byte per chunk. Each is its own memory, as a socket's would be. */
export function singleBytes(bytes: Buffer): Buffer[] {
  return [...bytes].map(byte => Buffer.from([byte]));
}

/** Cuts at the given positions (any order, taken modulo the length). */
export function cutAt(bytes: Buffer, positions: number[]): Buffer[] {
  const cuts = [...new Set(positions.map(position => position % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...cuts].map((start, index) => bytes.subarray(start, cuts[index] ?? bytes.length));
}

/** `taken`, or the code of the AppError it was refused with; anything else thrown is a failure of the test. */
export function outcomeOf(action: () => void): string {
  try {
    action();
    return 'taken';
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
}
