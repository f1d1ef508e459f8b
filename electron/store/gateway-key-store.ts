import { randomBytes } from 'node:crypto';

import { AppError } from '../contract/errors.ts';
import { type GatewayKey, gatewayKeySchema } from '../contract/keys.ts';
import { createActiveKeys, hashKey } from './active-keys.ts';
import type { BatchPart, BatchWriter } from './batch-writer.ts';
import type { Database } from './load-sqlite.ts';
import { newId } from './new-id.ts';

/** Keys that tools show to the gateway. Only their hashes are kept. */
export type GatewayKeyStore = {
  /** The only time the key itself is seen. Throws invalid_request where the name is taken or empty. */
  create(name: string): GatewayKey & { key: string };
  /** All of them, revoked ones too, oldest first. */
  list(): GatewayKey[];
  /** Throws not_found where no key that works has this id or name. */
  revoke(idOrName: string): GatewayKey;
  /** Whose key it is; undefined where it is nobody's. No query, unless another process changed the database. */
  verify(key: string): { id: string; name: string } | undefined;
};

// Enough to tell one's keys apart, too little to help guessing one.
const prefixLength = 'parley-'.length + 4;
const longestName = 100;
// Clients of the ledger that are no keys.
const reservedNames = new Set(['chat', 'cli', 'unknown']);

const columns = Object.keys(gatewayKeySchema.shape).join(', ');

type Options = { db: Database; writer: BatchWriter; now: () => Date };

export function createGatewayKeyStore({ db, writer, now }: Options): GatewayKeyStore {
  const keys = prepareStatements(db);
  const activeKeys = createActiveKeys(db);
  const lastUses = createLastUses(db);
  writer.add(lastUses);

  const findActive = (name: string): GatewayKey | undefined => {
    const row = keys.selectActive.get({ name });
    return row === undefined ? undefined : gatewayKeySchema.parse(row);
  };

  const add = db.transaction((name: string, key: string): GatewayKey => {
    if (findActive(name) !== undefined) {
      throw invalidName(`There is a key named "${name}" already. Revoke it, or choose another name.`);
    }
    const row = { id: newId(), name, prefix: key.slice(0, prefixLength), created_at: now().toISOString() };
    keys.insert.run({ ...row, hash: hashKey(key) });
    return { ...row, last_used_at: null, revoked_at: null };
  });

  const revoke = db.transaction((idOrName: string): GatewayKey => {
    const key = findActive(idOrName);
    if (key === undefined) {
      throw new AppError(
        'not_found',
        `There is no key "${idOrName}" to revoke. "parley keys list" shows them.`,
      );
    }
    const revokedAt = now().toISOString();
    keys.setRevoked.run(revokedAt, key.id);
    return { ...key, revoked_at: revokedAt };
  });

  return {
    create(requestedName) {
      const key = `parley-${randomBytes(32).toString('base64url')}`;
      const created = add.immediate(checkName(requestedName), key);
      activeKeys.reload();
      return { ...created, key };
    },
    list() {
      writer.flush();
      return keys.selectAll.all().map(row => gatewayKeySchema.parse(row));
    },
    revoke(idOrName) {
      writer.flush();
      const revoked = revoke.immediate(idOrName);
      activeKeys.reload();
      return revoked;
    },
    verify(key) {
      const found = activeKeys.find(key);
      if (found === undefined) return undefined;
      lastUses.note(found.id, now());
      writer.schedule();
      return { id: found.id, name: found.name };
    },
  };
}

function prepareStatements(db: Database) {
  return {
    selectAll: db.prepare(`SELECT ${columns} FROM gateway_keys ORDER BY created_at, id`),
    selectActive: db.prepare(
      `SELECT ${columns} FROM gateway_keys WHERE revoked_at IS NULL AND (id = @name OR name = @name) ORDER BY id = @name DESC`,
    ),
    insert: db.prepare(
      'INSERT INTO gateway_keys (id, name, prefix, hash, created_at) VALUES (@id, @name, @prefix, @hash, @created_at)',
    ),
    setRevoked: db.prepare('UPDATE gateway_keys SET revoked_at = ? WHERE id = ?'),
  };
}

/** When each key was last used, written with the ledger's batches. */
function createLastUses(db: Database): BatchPart & { note(id: string, time: Date): void } {
  const setLastUsed = db.prepare('UPDATE gateway_keys SET last_used_at = ? WHERE id = ?');
  const uses = new Map<string, Date>();
  return {
    note: (id, time) => void uses.set(id, time),
    isWaiting: () => uses.size > 0,
    write() {
      for (const [id, time] of uses) setLastUsed.run(time.toISOString(), id);
      return () => uses.clear();
    },
  };
}

function checkName(requested: string): string {
  const name = requested.trim();
  if (name === '') throw invalidName('A key needs a name, such as that of the tool that will use it.');
  if (name.length > longestName)
    throw invalidName(`The name of a key has at most ${longestName} characters.`);
  if (/\p{Cc}/u.test(name)) throw invalidName('The name of a key is one line of text.');
  if (reservedNames.has(name)) {
    throw invalidName(`"${name}" is what the ledger calls Parley itself. Choose another name.`);
  }
  return name;
}

function invalidName(message: string): AppError {
  return new AppError('invalid_request', message);
}
