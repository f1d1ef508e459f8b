import { join } from 'node:path';

import { takeSnapshot } from '../../electron/backup/take-snapshot.ts';
import { openStore } from '../../electron/store/open-store.ts';

/** Takes a snapshot that says when its database is written, and then never ends: it is there to be killed. */
const dataDir = process.argv[2] ?? '';
const store = openStore({ file: join(dataDir, 'parley.db') });
const copies = {
  ...store.copies,
  async copyTo(file: string, signal: AbortSignal): Promise<void> {
    await store.copies.copyTo(file, signal);
    process.stdout.write('written\n');
    setInterval(() => {}, 1000);
    await new Promise(() => {});
  },
};
await takeSnapshot({ dataDir, copies }, 'daily', new AbortController().signal);
