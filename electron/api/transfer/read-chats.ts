import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { AppError } from '../../contract/errors.ts';
import type { ImportSource, TransferChat } from '../../contract/transfer.ts';
import { createFileConverter, unknownFile } from '../../transfer/convert-file.ts';
import type { LeftOutReport } from '../../transfer/left-out-report.ts';
import { fillFromArchive } from './fill-from-archive.ts';
import { isZip, openZip } from './zip-archive.ts';
import type { ZipArchive, ZipEntry } from './zip-archive.ts';

export type ReadOptions = {
  /** What the person knows the file by. */
  name: string;
  report: LeftOutReport;
  signal: AbortSignal;
  /** Whether a chat is wanted whole: its attachments are read from the archive then. */
  wants: (chat: TransferChat) => boolean;
  onChat: (chat: TransferChat) => void;
  /** The part of the file that was read, up to 1. */
  onProgress?: (done: number) => void;
};

const mostText = 4 * 1024 * 1024 * 1024;
/** Longest time others have to wait while a file is read, unless one chat takes longer by itself. */
const sliceMs = 12;

/** Reads every chat of a file, whatever program wrote it, a little at a time. */
export async function readChats(path: string, options: ReadOptions): Promise<ImportSource> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const start = Buffer.alloc(4);
    await file.read(start, 0, 4, 0);
    const source = isZip(start)
      ? await readArchive(await openZip(file, size), options)
      : await readText(readWhole(file), { size, findFile: () => undefined }, options);
    if (source === undefined) throw unknownFile(options.name);
    return source;
  } finally {
    await file.close();
  }
}

type Text = { size: number; findFile: (part: string) => string | undefined; archive?: ZipArchive };

async function readArchive(archive: ZipArchive, options: ReadOptions): Promise<ImportSource | undefined> {
  const chosen = chooseEntries(archive.entries, options.name);
  const findFile = createFileFinder(archive.entries);
  const total = chosen.reduce((sum, { size }) => sum + size, 0);
  if (total > mostText)
    throw new AppError(
      'request_too_large',
      `${options.name} holds more than 4 GB of chats, which is too large to read.`,
    );
  for (const { name } of archive.entries) {
    if (/\.json$/i.test(name) && !chosen.some(entry => entry.name === name))
      options.report.note(`file ${name.split('/').at(-1)}`);
  }
  let source: ImportSource | undefined;
  let before = 0;
  for (const entry of chosen) {
    const share = entry.size / Math.max(1, total);
    const onProgress = (done: number): void => options.onProgress?.(before + done * share);
    const found = await readText(
      archive.read(entry, mostText),
      { size: entry.size, findFile, archive },
      { ...options, onProgress },
    );
    source ??= found;
    before += share;
  }
  return source;
}

/** The files that hold chats, by the names the programs give them; failing those, any JSON at the top. */
function chooseEntries(entries: ZipEntry[], name: string): ZipEntry[] {
  const known = entries
    .filter(entry => /(?:^|\/)(?:conversations(?:-\d+)?|data|parley-chats[^/]*)\.json$/i.test(entry.name))
    .filter(entry => !entry.name.startsWith('__MACOSX/'));
  const found =
    known.length > 0
      ? known
      : entries.filter(entry => /^[^/]+\.json$/i.test(entry.name) && entry.name !== 'metadata.json');
  if (found.length > 0) return found.toSorted((one, other) => (one.name < other.name ? -1 : 1));
  if (entries.some(entry => /^(?:IndexedDB|Local Storage|Data)\//.test(entry.name))) {
    throw new AppError(
      'invalid_request',
      `${name} is a direct backup of Cherry Studio, which holds its database files. Make a backup with data.json in it there (for transfer over the local network), and import that.`,
    );
  }
  throw unknownFile(name);
}

/** By what comes last in the path, because exports put the same file into different folders. */
function createFileFinder(entries: ZipEntry[]): (part: string) => string | undefined {
  const byName = new Map<string, string>();
  const byId = new Map<string, string>();
  for (const { name } of entries) {
    byName.set(name, name);
    const base = name.split('/').at(-1) ?? name;
    byName.set(base, name);
    // file-ABC-photo.png and file_0000-sanitized.png are asked for as file-ABC and file_0000.
    const id = /^(file[-_][A-Za-z0-9]+)/.exec(base)?.[1];
    if (id !== undefined) byId.set(id, name);
    const path = /^(.*\/)?([^/]+?)\.[^./]+$/.exec(name);
    if (path) byId.set(`${path[1] ?? ''}${path[2] ?? ''}`, name);
  }
  return part =>
    byName.get(part) ?? byId.get(part) ?? byId.get(/^(file[-_][A-Za-z0-9]+)/.exec(part)?.[1] ?? part);
}

async function readText(
  bytes: AsyncIterable<Uint8Array>,
  { size, findFile, archive }: Text,
  options: ReadOptions,
): Promise<ImportSource | undefined> {
  const { report, signal, onChat, onProgress, wants } = options;
  const converter = createFileConverter(report, findFile);
  const decoder = new TextDecoder();
  let read = 0;
  let began = performance.now();
  const pause = async (): Promise<void> => {
    if (performance.now() - began < sliceMs) return;
    await nextTurn();
    if (signal.aborted) throw new AppError('cancelled', 'The import was stopped; nothing more was added.');
    began = performance.now();
  };
  const hand = async (chats: Iterable<TransferChat>): Promise<void> => {
    for (const chat of chats) {
      onChat(archive && wants(chat) ? await fillFromArchive(chat, archive, report) : chat);
      await pause();
    }
  };
  for await (const chunk of bytes) {
    read += chunk.length;
    await hand(converter.push(decoder.decode(chunk, { stream: true })));
    await pause();
    onProgress?.(Math.min(1, read / Math.max(1, size)));
  }
  await hand(converter.push(decoder.decode()));
  await hand(converter.end());
  return converter.source();
}

async function* readWhole(file: FileHandle): AsyncGenerator<Uint8Array> {
  for (let position = 0; ;) {
    const chunk = Buffer.alloc(256 * 1024);
    const { bytesRead } = await file.read(chunk, 0, chunk.length, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield chunk.subarray(0, bytesRead);
  }
}
