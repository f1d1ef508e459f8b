import { join } from 'node:path';

import { snapshotBeforeMigration } from '../backup/take-snapshot.ts';
import type { AppError } from '../contract/errors.ts';
import { toAppError } from '../contract/errors.ts';
import { openStore } from '../store/open-store.ts';
import type { Store } from '../store/open-store.ts';
import type { CommandContext } from './command.ts';

/** Runs a command on the database alone; `parley serve` may be using it at the same time. */
export function withStore<T>(context: CommandContext, use: (store: Store) => T): T {
  const { store, close } = openCommandStore(context);
  try {
    return use(store);
  } finally {
    close();
  }
}

/** The same for a command that takes its time; it closes the store itself. */
export function openCommandStore(context: CommandContext): { store: Store; close: () => void } {
  const dataDir = context.dataDir();
  const onProblem = (error: AppError): void => context.warn(`parley: ${error.message}`);
  const beforeMigration = snapshotBeforeMigration(dataDir, error => onProblem(toAppError(error)));
  const store = openStore({ file: join(dataDir, 'parley.db'), onProblem, beforeMigration });
  return { store, close: () => store.close() };
}
