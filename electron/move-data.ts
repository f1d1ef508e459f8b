import { copyDataDir, finishCopy } from './backup/move-data-dir.ts';
import type { CopiedDataDir } from './backup/move-data-dir.ts';
import { writeMovedDataDir } from './config/data-dir.ts';
import { AppError } from './contract/errors.ts';
import type { DatabaseCopies } from './store/copy-database.ts';

/** Moving the data directory: copied while Parley runs, in use from its next start on. */
export type DataMove = {
  copyTo(folder: string): Promise<void>;
  /** After everything is closed. Throws, and leaves all where it is, where the copy is not whole. */
  finish(): void;
};

export function createDataMove(dataDir: string, copies: DatabaseCopies): DataMove {
  let isCopying = false;
  let copied: CopiedDataDir | undefined;
  return {
    async copyTo(folder) {
      if (isCopying || copied) throw new AppError('invalid_request', 'The data is being moved already.');
      isCopying = true;
      try {
        copied = await copyDataDir(dataDir, folder, copies, new AbortController().signal);
      } finally {
        isCopying = false;
      }
    },
    finish() {
      if (!copied) return;
      finishCopy(copied);
      writeMovedDataDir({ dir: copied.to, from: copied.from });
    },
  };
}
