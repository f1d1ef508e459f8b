import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';

import type { ImportedChat, ImportPreview, ImportResult } from '../contract/transfer.ts';
import { openStore } from '../store/open-store.ts';
import type { Store } from '../store/open-store.ts';
import { databaseFile, findSnapshot } from './snapshot-folder.ts';

/** Chats of a snapshot that are not here, or lack messages here. Writes nothing. */
export function previewMerge(
  dataDir: string,
  name: string,
  imports: Store['imports'],
): Promise<ImportPreview> {
  return withSnapshot(dataDir, name, async exports => {
    const chats: ImportedChat[] = [];
    for (const id of exports.listIds()) {
      const chat = exports.read(id);
      const { title, created_at, updated_at, messages } = chat;
      chats.push({ id, title, created_at, updated_at, messages: messages.length, ...imports.compare(chat) });
      await nextTurn();
    }
    return { source: 'parley', chats, left_out: [] };
  });
}

/** Adds the chosen chats (null: all), each in a transaction, and overwrites nothing. */
export function mergeSnapshot(
  dataDir: string,
  name: string,
  imports: Store['imports'],
  chosen: readonly string[] | null,
): Promise<ImportResult> {
  return withSnapshot(dataDir, name, async exports => {
    const wanted = chosen === null ? undefined : new Set(chosen);
    const result: ImportResult = {
      new_chats: 0,
      grown_chats: 0,
      known_chats: 0,
      new_messages: 0,
      left_out: [],
    };
    for (const id of exports.listIds()) {
      if (wanted?.has(id) === false) continue;
      const { state, new_messages: added } = imports.add(exports.read(id));
      result.new_messages += added;
      if (state === 'new') result.new_chats += 1;
      else if (state === 'more') result.grown_chats += 1;
      else result.known_chats += 1;
      await nextTurn();
    }
    return result;
  });
}

/** On a copy: opening an older database changes it to this version, and a snapshot stays as it was. */
async function withSnapshot<T>(
  dataDir: string,
  name: string,
  use: (exports: Store['exports']) => Promise<T>,
): Promise<T> {
  const { dir } = findSnapshot(dataDir, name);
  const folder = await mkdtemp(join(tmpdir(), 'parley-snapshot-'));
  try {
    const file = join(folder, databaseFile);
    await copyFile(join(dir, databaseFile), file);
    const store = openStore({ file });
    try {
      return await use(store.exports);
    } finally {
      store.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
