import { createRequire } from 'node:module';

import type BetterSqlite3 from 'better-sqlite3';

import { AppError } from '../contract/errors.ts';

export type Database = BetterSqlite3.Database;
export type Statement = BetterSqlite3.Statement;

// Node 22.14 and 23.6 are the first with Node-API 10, which the prebuilt binaries of better-sqlite3 13 need.
const neededNodeApi = 10;

/**
 * Loads better-sqlite3 at the first call, not with this module: on an older Node its binary does not fail to
 * load, it ends the process. `createRequire`, because this is an ES module in the sources, CommonJS in the
 * bundle, and `import()` of a package inside an asar fails in older Electrons.
 */
export function loadSqlite(): typeof BetterSqlite3 {
  const { electron, napi, node } = process.versions;
  // Electron counts its Node-API by itself and is shipped with a binary that fits.
  if (electron === undefined && Number(napi) < neededNodeApi) {
    throw new AppError(
      'unsupported_runtime',
      `Parley needs Node 22.14 or newer, and this is Node ${node}. Install a newer Node from https://nodejs.org and start again.`,
    );
  }
  try {
    // Safe: the package's main export is what its types describe.
    return createRequire(import.meta.url)('better-sqlite3') as typeof BetterSqlite3;
  } catch (cause) {
    throw new AppError(
      'unsupported_runtime',
      `SQLite cannot be loaded on this system (${process.platform} ${process.arch}). Install Parley again, in the build made for it.`,
      { cause },
    );
  }
}
