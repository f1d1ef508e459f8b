import { z } from 'zod';

import { type Folder, folderSchema } from '../contract/chats.ts';
import { AppError } from '../contract/errors.ts';
import type { Database } from './load-sqlite.ts';
import { newId } from '../contract/new-id.ts';

/** Folders chats are filed in; by name. */
export type FolderStore = {
  list(): Folder[];
  create(name: string): Folder;
  rename(id: string, name: string): Folder;
  /** Its chats stay, in no folder. */
  delete(id: string): void;
};

export function createFolderStore(db: Database, now: () => Date): FolderStore {
  const selectAll = db.prepare('SELECT id, name, created_at FROM folders ORDER BY name COLLATE NOCASE, id');
  const insert = db.prepare('INSERT INTO folders (id, name, created_at) VALUES (@id, @name, @created_at)');
  const rename = db.prepare('UPDATE folders SET name = ? WHERE id = ? RETURNING id, name, created_at');
  const remove = db.prepare('DELETE FROM folders WHERE id = ?');
  return {
    list: () => z.array(folderSchema).parse(selectAll.all()),
    create(name) {
      const folder = { id: newId(), name, created_at: now().toISOString() };
      insert.run(folder);
      return folder;
    },
    rename(id, name) {
      const row = rename.get(name, id);
      if (row === undefined) throw missingFolder();
      return folderSchema.parse(row);
    },
    delete(id) {
      if (remove.run(id).changes === 0) throw missingFolder();
    },
  };
}

export function missingFolder(): AppError {
  return new AppError('not_found', 'This folder does not exist any more. Choose another one.');
}
