import { setImmediate as nextTurn } from 'node:timers/promises';

import { Zip, ZipDeflate } from 'fflate';

import { AppError } from '../../contract/errors.ts';
import type { Store } from '../../store/open-store.ts';
import { fileNameOf, toMarkdown } from '../../transfer/to-markdown.ts';
import { parleyJsonChat, parleyJsonHead, parleyJsonTail } from '../../transfer/to-parley-json.ts';

export type ExportFormat = 'markdown' | 'json';

export type ChatExport = { file_name: string; media_type: string; parts: AsyncGenerator<Uint8Array> };

/** Chats as one file, made chat by chat as it is read. `ids` null is all of them. */
export function exportChats(
  exports: Store['exports'],
  asked: { ids: readonly string[] | null; format: ExportFormat },
  about: { app_version: string; now: Date },
): ChatExport {
  const ids = asked.ids ?? exports.listIds();
  const [only] = ids;
  const isOne = asked.ids?.length === 1 && only !== undefined;
  const name = isOne
    ? fileNameOf(exports.read(only))
    : `parley-chats ${about.now.toISOString().slice(0, 10)}`;
  if (asked.format === 'json') {
    // The name is one the import knows inside an archive, too.
    const file = isOne ? `${name}.parley-chats.json` : `${name}.json`;
    return { file_name: file, media_type: 'application/json', parts: writeJson(exports, ids, about) };
  }
  if (isOne) {
    return { file_name: `${name}.md`, media_type: 'text/markdown', parts: writeOne(exports, only) };
  }
  return { file_name: `${name}.zip`, media_type: 'application/zip', parts: writeZip(exports, ids) };
}

async function* writeJson(
  exports: Store['exports'],
  ids: readonly string[],
  about: { app_version: string; now: Date },
): AsyncGenerator<Uint8Array> {
  yield Buffer.from(parleyJsonHead({ exported_at: about.now.toISOString(), app_version: about.app_version }));
  let isFirst = true;
  for await (const chat of readEach(exports, ids)) {
    yield Buffer.from(parleyJsonChat(chat, isFirst));
    isFirst = false;
  }
  yield Buffer.from(parleyJsonTail);
}

// oxlint-disable-next-line require-await -- the other formats take their time, and all are read alike
async function* writeOne(exports: Store['exports'], id: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(toMarkdown(exports.read(id)));
}

async function* writeZip(exports: Store['exports'], ids: readonly string[]): AsyncGenerator<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let failure: Error | null = null;
  const zip = new Zip((error, chunk) => {
    failure ??= error;
    chunks.push(chunk);
  });
  const names = new Set<string>();
  for await (const chat of readEach(exports, ids)) {
    const file = new ZipDeflate(freeName(fileNameOf(chat), names));
    zip.add(file);
    file.push(Buffer.from(toMarkdown(chat)), true);
    yield* chunks.splice(0);
  }
  zip.end();
  if (failure !== null)
    throw new AppError('internal', 'The archive could not be written; try again.', { cause: failure });
  yield* chunks;
}

function freeName(name: string, taken: Set<string>): string {
  for (let number = 1; ; number += 1) {
    const file = number === 1 ? `${name}.md` : `${name} (${number}).md`;
    // File systems that do not tell cases apart would lose one of two.
    if (taken.has(file.toLowerCase())) continue;
    taken.add(file.toLowerCase());
    return file;
  }
}

async function* readEach(exports: Store['exports'], ids: readonly string[]) {
  for (const id of ids) {
    try {
      yield exports.read(id);
    } catch (error) {
      // Deleted since the export began.
      if (!(error instanceof AppError && error.code === 'not_found') || ids.length === 1) throw error;
    }
    await nextTurn();
  }
}
