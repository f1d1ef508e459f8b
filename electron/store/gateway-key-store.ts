import { randomBytes } from 'node:crypto';

import { AppError } from '../contract/errors.ts';
import { periodAround } from '../contract/keys.ts';
import type { GatewayKey, KeyBudget, KeyLimits, ListedKey } from '../contract/keys.ts';
import { type ActiveKeys, hashKey } from './active-keys.ts';
import type { BatchPart, BatchWriter } from './batch-writer.ts';
import { checkExpiry, checkKeyName, invalidKey } from './check-key.ts';
import { gatewayKeyColumns, limitColumns, noLimits, readGatewayKey } from './gateway-key-row.ts';
import type { KeyUsageBook } from './key-usage.ts';
import type { Database } from './load-sqlite.ts';
import { newId } from '../contract/new-id.ts';

/** What may be changed of a key; what is left out stays. */
export type KeyChanges = LimitChanges & { name?: string | undefined };
type LimitChanges = { [Name in keyof KeyLimits]?: KeyLimits[Name] | undefined };

/** Keys that tools show to the gateway. Only their hashes are kept. */
export type GatewayKeyStore = {
  /** The only time the key itself is seen. Throws invalid_request where the name is taken or empty. */
  create(name: string, limits?: LimitChanges): GatewayKey & { key: string };
  /** All of them with what they have used, revoked ones too, oldest first. */
  list(): ListedKey[];
  /** Those that work and have a budget, with what they have used; from memory, so that it can be asked while calls end. */
  budgeted(): (ListedKey & { budget: KeyBudget })[];
  /** Throws not_found where no key that works has this id or name, invalid_request as `create`. */
  edit(idOrName: string, changes: KeyChanges): GatewayKey;
  /** Throws not_found where no key that works has this id or name. */
  revoke(idOrName: string): GatewayKey;
  /** Whose key it is, expired or not; undefined where it is nobody's. No query, unless another process changed the database. */
  verify(key: string): GatewayKey | undefined;
  /** The key a client of the ledger is, where it is one that was not revoked. No query either. */
  named(name: string): GatewayKey | undefined;
};

// Enough to tell one's keys apart, too little to help guessing one.
const prefixLength = 'parley-'.length + 4;

type Options = {
  db: Database;
  writer: BatchWriter;
  now: () => Date;
  activeKeys: ActiveKeys;
  usage: Pick<KeyUsageBook, 'total'>;
};

export function createGatewayKeyStore(options: Options): GatewayKeyStore {
  const { db, writer, now, activeKeys } = options;
  const keys = prepareStatements(db);
  const lastUses = createLastUses(db);
  writer.add(lastUses);
  const changes = prepareChanges(db, keys, now);

  return {
    create(requestedName, limits = {}) {
      const key = `parley-${randomBytes(32).toString('base64url')}`;
      checkExpiry(limits.expires_at, now());
      const created = changes.add(checkKeyName(requestedName), key, { ...noLimits, ...withoutGaps(limits) });
      activeKeys.reload();
      return { ...created, key };
    },
    list() {
      writer.flush();
      return keys.selectAll.all().map(row => withUsage(readGatewayKey(row), options));
    },
    budgeted: () =>
      activeKeys
        .list()
        .flatMap(key => (key.budget ? [{ ...withUsage(key, options), budget: key.budget }] : [])),
    edit(idOrName, { name, ...limits }) {
      writer.flush();
      checkExpiry(limits.expires_at, now());
      const newName = name === undefined ? undefined : checkKeyName(name);
      const edited = changes.edit(idOrName, {
        ...withoutGaps(limits),
        ...(newName === undefined ? {} : { name: newName }),
      });
      activeKeys.reload();
      return edited;
    },
    revoke(idOrName) {
      writer.flush();
      const revoked = changes.revoke(idOrName);
      activeKeys.reload();
      return revoked;
    },
    verify(key) {
      const found = activeKeys.find(key);
      if (found === undefined) return undefined;
      lastUses.note(found.id, now());
      writer.schedule();
      return found;
    },
    named: name => activeKeys.named(name),
  };
}

type Statements = ReturnType<typeof prepareStatements>;

function prepareStatements(db: Database) {
  return {
    selectAll: db.prepare(`SELECT ${gatewayKeyColumns} FROM gateway_keys ORDER BY created_at, id`),
    selectActive: db.prepare(
      `SELECT ${gatewayKeyColumns} FROM gateway_keys WHERE revoked_at IS NULL AND (id = @name OR name = @name) ORDER BY id = @name DESC`,
    ),
    insert: db.prepare(
      `INSERT INTO gateway_keys (id, name, prefix, hash, created_at, allowed_models, requests_per_minute, budget, expires_at)
       VALUES (@id, @name, @prefix, @hash, @created_at, @allowed_models, @requests_per_minute, @budget, @expires_at)`,
    ),
    update: db.prepare(
      `UPDATE gateway_keys SET name = @name, allowed_models = @allowed_models, requests_per_minute = @requests_per_minute,
       budget = @budget, expires_at = @expires_at WHERE id = @id`,
    ),
    setRevoked: db.prepare('UPDATE gateway_keys SET revoked_at = ? WHERE id = ?'),
  };
}

/** Each change as one transaction, since another process may be making one as well. */
function prepareChanges(db: Database, keys: Statements, now: () => Date) {
  const findActive = (name: string): GatewayKey | undefined => {
    const row = keys.selectActive.get({ name });
    return row === undefined ? undefined : readGatewayKey(row);
  };
  const mustFind = (idOrName: string): GatewayKey => {
    const key = findActive(idOrName);
    if (key) return key;
    throw new AppError(
      'not_found',
      `There is no key "${idOrName}" that works. "parley keys list" shows them.`,
    );
  };
  const mustBeFree = (name: string): void => {
    if (findActive(name) === undefined) return;
    throw invalidKey(`There is a key named "${name}" already. Revoke it, or choose another name.`);
  };
  const add = db.transaction((name: string, key: string, limits: KeyLimits): GatewayKey => {
    mustBeFree(name);
    const row = { id: newId(), name, prefix: key.slice(0, prefixLength), created_at: now().toISOString() };
    keys.insert.run({ ...row, hash: hashKey(key), ...limitColumns(limits) });
    return mustFind(row.id);
  });
  const edit = db.transaction((idOrName: string, changes: Partial<GatewayKey>): GatewayKey => {
    const before = mustFind(idOrName);
    const after = { ...before, ...changes };
    if (after.name !== before.name) mustBeFree(after.name);
    keys.update.run({ id: after.id, name: after.name, ...limitColumns(after) });
    return mustFind(after.id);
  });
  const revoke = db.transaction((idOrName: string): GatewayKey => {
    const key = mustFind(idOrName);
    const revokedAt = now().toISOString();
    keys.setRevoked.run(revokedAt, key.id);
    return { ...key, revoked_at: revokedAt };
  });
  return {
    add: (name: string, key: string, limits: KeyLimits) => add.immediate(name, key, limits),
    edit: (idOrName: string, changes: Partial<GatewayKey>) => edit.immediate(idOrName, changes),
    revoke: (idOrName: string) => revoke.immediate(idOrName),
  };
}

function withUsage(key: GatewayKey, { usage, now }: Options): ListedKey {
  const period = key.budget?.period ?? 'month';
  const { since, until } = periodAround(period, now());
  const { running: _running, ...total } = usage.total(key.id, since);
  return { ...key, usage: { period, since: since.toISOString(), until: until.toISOString(), ...total } };
}

/** Only what is there: a field that is undefined changes nothing. */
function withoutGaps(limits: LimitChanges): Partial<KeyLimits> {
  return Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== undefined));
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
