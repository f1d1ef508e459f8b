import { createHash, timingSafeEqual } from 'node:crypto';

import { z } from 'zod';

import type { GatewayKey } from '../contract/keys.ts';
import type { ForeignCommits } from './foreign-commits.ts';
import { gatewayKeyColumns, readGatewayKey } from './gateway-key-row.ts';
import type { Database } from './load-sqlite.ts';

/** The keys that were not revoked, held in memory. */
export type ActiveKeys = {
  /** Whose key it is. What another process revoked is nobody's within 10 ms; what it made counts at once. */
  find(key: string): GatewayKey | undefined;
  /** By name, which only one of them has; as `find` or `reload` saw them last. */
  named(name: string): GatewayKey | undefined;
  /** All of them, those another process made within the last 10 ms aside. */
  list(): GatewayKey[];
  /** This process changed them. */
  reload(): void;
};

type HashedKey = { key: GatewayKey; hash: Buffer };

const hashSchema = z.object({ hash: z.instanceof(Buffer) });

export function createActiveKeys(db: Database, commits: ForeignCommits): ActiveKeys {
  const selectActive = db.prepare(
    `SELECT ${gatewayKeyColumns}, hash FROM gateway_keys WHERE revoked_at IS NULL`,
  );
  let keys: HashedKey[] = [];
  let byName = new Map<string, GatewayKey>();
  // By the key itself, so that a known one is hashed once. A lookup takes no longer for a key that is nearly right: the
  // table compares hashes, whose seed is this process's own, and text only where all of the hash is the same. Unknown
  // keys never get in, so nobody can fill it.
  let verified = new Map<string, GatewayKey>();
  let loadedAt = -1;

  const reload = (): void => {
    keys = selectActive.all().map(row => ({ key: readGatewayKey(row), hash: hashSchema.parse(row).hash }));
    byName = new Map(keys.map(({ key }) => [key.name, key]));
    verified = new Map();
  };

  const refresh = (now = false): void => {
    const count = commits.count(now);
    if (count === loadedAt) return;
    loadedAt = count;
    reload();
  };

  const match = (presented: string): GatewayKey | undefined => {
    const hash = hashKey(presented);
    let found: GatewayKey | undefined;
    // No early exit: the time taken says nothing about which key came close.
    for (const each of keys) if (timingSafeEqual(each.hash, hash)) found = each.key;
    if (found) verified.set(presented, found);
    return found;
  };

  return {
    find(presented) {
      refresh();
      const known = verified.get(presented) ?? match(presented);
      if (known) return known;
      const before = loadedAt;
      refresh(true);
      return loadedAt === before ? undefined : match(presented);
    },
    named: name => byName.get(name),
    list() {
      refresh();
      return keys.map(({ key }) => key);
    },
    reload,
  };
}

/** Plain SHA-256 is enough: a key is 256 random bits, which no dictionary helps to guess. */
export function hashKey(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
