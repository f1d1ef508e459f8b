import { AppError } from '../contract/errors.ts';
import type { Database } from './load-sqlite.ts';
import { migrations } from './migrations/migrations.ts';

/** Marks the file as ours (PRAGMA application_id): "Prly". */
const applicationId = 0x50_72_6c_79;

/** Brings a database to version `target`, one transaction a step. Throws where it is not ours or newer than this app. */
export function migrate(db: Database, file: string, target: number = migrations.length): void {
  if (checkVersion(db, file) >= target) return;
  // A step may have to rebuild a table that others refer to; the check before each commit makes up for it.
  db.pragma('foreign_keys = OFF');
  try {
    for (const [index, migration] of migrations.slice(0, target).entries()) {
      const step = db.transaction(() => {
        // Read again inside: another process may have been faster.
        if (checkVersion(db, file) > index) return;
        db.exec(migration.sql);
        checkForeignKeys(db, migration.name);
        db.pragma(`application_id = ${applicationId}`);
        db.pragma(`user_version = ${index + 1}`);
      });
      step.immediate();
    }
  } finally {
    db.pragma('foreign_keys = ON');
  }
}

function checkVersion(db: Database, file: string): number {
  const version = Number(db.pragma('user_version', { simple: true }));
  const isOurs = db.pragma('application_id', { simple: true }) === applicationId;
  const isEmpty = db.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() === undefined;
  if (!isOurs && !(isEmpty && version === 0)) {
    throw new AppError(
      'database_unusable',
      `${file} belongs to another program. Move it away, or choose another folder with --data-dir.`,
    );
  }
  if (version > migrations.length) {
    throw new AppError(
      'database_unusable',
      `${file} was written by a newer Parley (version ${version} of the database, this one knows ${migrations.length}). Update Parley, or choose another folder with --data-dir.`,
    );
  }
  return version;
}

function checkForeignKeys(db: Database, name: string): void {
  if (db.prepare('PRAGMA foreign_key_check').get() !== undefined) {
    throw new Error(`migration ${name} leaves rows that refer to nothing`);
  }
}
