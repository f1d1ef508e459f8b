import { join } from 'node:path';

import { openStore } from '../store/open-store.ts';
import type { Store } from '../store/open-store.ts';
import type { CommandContext } from './command.ts';

/** Runs a command on the database alone; `parley serve` may be using it at the same time. */
export function withStore<T>(context: CommandContext, use: (store: Store) => T): T {
  const store = openStore({
    file: join(context.dataDir(), 'parley.db'),
    onProblem: error => context.warn(`parley: ${error.message}`),
  });
  try {
    return use(store);
  } finally {
    store.close();
  }
}
