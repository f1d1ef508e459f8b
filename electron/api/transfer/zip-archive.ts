import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { createInflateRaw } from 'node:zlib';

import { AppError } from '../../contract/errors.ts';

export type ZipEntry = { name: string; method: number; packed_size: number; size: number; offset: number };

export type ZipArchive = {
  entries: ZipEntry[];
  /** Its bytes, unpacked as they are asked for. Throws where there are more than the archive or a limit says. */
  read(entry: ZipEntry, maxBytes: number): AsyncIterable<Uint8Array>;
};

const mostEntries = 500_000;
const largestDirectory = 256 * 1024 * 1024;
/** Text packs ten to one, seldom fifty to one; a bomb a thousand to one. */
const highestRatio = 300;
const ratioCountsFrom = 16 * 1024 * 1024;

/**
 * Reads a zip from its directory at the end (APPNOTE.TXT 4.3.12 to 4.3.16, with zip64), so that the pictures of a large
 * archive are passed over, and what some programs leave out of the entries' own headers is not missed.
 */
export async function openZip(file: FileHandle, size: number): Promise<ZipArchive> {
  const end = await readEnd(file, size);
  if (end.count > mostEntries || end.length > largestDirectory) throw tooLarge('The archive');
  const directory = await readBytes(file, end.offset, end.length);
  const entries: ZipEntry[] = [];
  for (let at = 0; at + 46 <= directory.length && entries.length < end.count;) {
    if (directory.readUInt32LE(at) !== 0x02014b50) throw damaged();
    const { entry, next } = readEntry(directory, at);
    if (!entry.name.endsWith('/')) entries.push(entry);
    at = next;
  }
  return { entries, read: (entry, maxBytes) => unpack(file, entry, maxBytes) };
}

export function isZip(start: Uint8Array): boolean {
  return start[0] === 0x50 && start[1] === 0x4b && (start[2] === 3 || start[2] === 5);
}

async function* unpack(file: FileHandle, entry: ZipEntry, maxBytes: number): AsyncGenerator<Uint8Array> {
  if (entry.size > maxBytes) throw tooLarge(entry.name);
  const header = await readBytes(file, entry.offset, 30);
  if (header.readUInt32LE(0) !== 0x04034b50) throw damaged();
  const start = entry.offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
  const packed = Readable.from(readSlices(file, start, entry.packed_size));
  const bytes = entry.method === 0 ? packed : packed.pipe(createInflateRaw({ chunkSize: 256 * 1024 }));
  packed.on('error', error => bytes.destroy(error));
  let length = 0;
  try {
    for await (const chunk of bytes as AsyncIterable<Uint8Array>) {
      length += chunk.length;
      if (length > maxBytes || length > entry.size) throw tooLarge(entry.name);
      if (length > ratioCountsFrom && length > entry.packed_size * highestRatio) throw tooLarge(entry.name);
      yield chunk;
    }
  } catch (error) {
    throw error instanceof AppError ? error : damaged(error);
  } finally {
    packed.destroy();
    bytes.destroy();
  }
}

async function* readSlices(file: FileHandle, start: number, length: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < length;) {
    const slice = await readBytes(file, start + at, Math.min(64 * 1024, length - at));
    at += slice.length;
    yield slice;
  }
}

async function readEnd(
  file: FileHandle,
  size: number,
): Promise<{ count: number; length: number; offset: number }> {
  const start = Math.max(0, size - 65_557);
  const tail = await readBytes(file, start, size - start);
  const at = tail.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  if (at === -1 || at + 22 > tail.length) {
    throw new AppError('invalid_request', 'The zip archive is not whole; download it again.');
  }
  const plain = {
    count: tail.readUInt16LE(at + 10),
    length: tail.readUInt32LE(at + 12),
    offset: tail.readUInt32LE(at + 16),
  };
  const isLarge = plain.count === 0xffff || plain.length === 0xffffffff || plain.offset === 0xffffffff;
  if (!isLarge || at < 20 || tail.readUInt32LE(at - 20) !== 0x07064b50) return plain;
  const wide = await readBytes(file, Number(tail.readBigUInt64LE(at - 12)), 56);
  if (wide.readUInt32LE(0) !== 0x06064b50) throw damaged();
  return {
    count: Number(wide.readBigUInt64LE(32)),
    length: Number(wide.readBigUInt64LE(40)),
    offset: Number(wide.readBigUInt64LE(48)),
  };
}

function readEntry(directory: Buffer, at: number): { entry: ZipEntry; next: number } {
  const nameLength = directory.readUInt16LE(at + 28);
  const extraLength = directory.readUInt16LE(at + 30);
  const next = at + 46 + nameLength + extraLength + directory.readUInt16LE(at + 32);
  if (next > directory.length) throw damaged();
  const name = directory.toString('utf8', at + 46, at + 46 + nameLength).replaceAll('\\', '/');
  if ((directory.readUInt16LE(at + 8) & 1) === 1) {
    throw new AppError(
      'invalid_request',
      'The zip archive is locked with a password; import an unlocked one.',
    );
  }
  const method = directory.readUInt16LE(at + 10);
  if (method !== 0 && method !== 8) {
    throw new AppError(
      'invalid_request',
      `The zip archive packs ${name} in a way (${method}) that is not known here; pack it again.`,
    );
  }
  const fields = {
    packed_size: directory.readUInt32LE(at + 20),
    size: directory.readUInt32LE(at + 24),
    offset: directory.readUInt32LE(at + 42),
  };
  const extra = directory.subarray(at + 46 + nameLength, at + 46 + nameLength + extraLength);
  return { entry: { name, method, ...widen(fields, extra) }, next };
}

type Sizes = Pick<ZipEntry, 'packed_size' | 'size' | 'offset'>;

/** In zip64 the fields that do not fit stand in an extra field, in this order. */
function widen(sizes: Sizes, extra: Buffer): Sizes {
  const wide = { ...sizes };
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue;
    let from = at + 4;
    for (const name of ['size', 'packed_size', 'offset'] as const) {
      if (wide[name] !== 0xffffffff || from + 8 > extra.length) continue;
      wide[name] = Number(extra.readBigUInt64LE(from));
      from += 8;
    }
  }
  return wide;
}

async function readBytes(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, position + filled);
    if (bytesRead === 0) throw damaged();
    filled += bytesRead;
  }
  return bytes;
}

function damaged(cause?: unknown): AppError {
  return new AppError('invalid_request', 'The zip archive is damaged; download it again.', { cause });
}

function tooLarge(name: string): AppError {
  return new AppError(
    'request_too_large',
    `${name} unpacks to more than Parley reads; it does not look like an export of chats.`,
  );
}
