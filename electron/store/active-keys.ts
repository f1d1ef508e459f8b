import { createHash, timingSafeEqual } from 'node:crypto';

import { z } from 'zod';

import type { Database } from './load-sqlite.ts';

const activeKeySchema = z.object({ id: z.string(), name: z.string(), hash: z.instanceof(Buffer) });
type ActiveKey = z.infer<typeof activeKeySchema>;

/** The keys that work, held in memory. */
export type ActiveKeys = {
  find(key: string): ActiveKey | undefined;
  /** This process changed them. */
  reload(): void;
};

// What another process created or revoked counts within this time.
const checkEveryMs = 200;

export function createActiveKeys(db: Database): ActiveKeys {
  // Changes when another connection has committed, and never with our own commits.
  const dataVersion = db.prepare('PRAGMA data_version').pluck();
  const selectActive = db.prepare('SELECT id, name, hash FROM gateway_keys WHERE revoked_at IS NULL');
  let keys: ActiveKey[] = [];
  let loadedVersion: unknown;
  let checkedAt = -Infinity;

  const reload = (): void => {
    keys = selectActive.all().map(row => activeKeySchema.parse(row));
  };

  /** Whether there was anything to reload. */
  const refresh = (): boolean => {
    checkedAt = performance.now();
    const version = dataVersion.get();
    if (version === loadedVersion) return false;
    reload();
    loadedVersion = version;
    return true;
  };

  const match = (hash: Buffer): ActiveKey | undefined => {
    let found: ActiveKey | undefined;
    // No early exit: the time taken says nothing about which key came close.
    for (const key of keys) if (timingSafeEqual(key.hash, hash)) found = key;
    return found;
  };

  return {
    find(key) {
      if (performance.now() - checkedAt >= checkEveryMs) refresh();
      const hash = hashKey(key);
      return match(hash) ?? (refresh() ? match(hash) : undefined);
    },
    reload,
  };
}

/** Plain SHA-256 is enough: a key is 256 random bits, which no dictionary helps to guess. */
export function hashKey(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
