import type { DialectName } from '../../../electron/contract/models.ts';
import { listCases, readBytes } from '../../dialects/read-fixtures.ts';

/** Requests as tools of this dialect send them, as JSON text. */
export function validRequests(dialect: DialectName): string[] {
  const recorded = listCases(dialect, 'request.json').map(name =>
    readBytes(dialect, name, 'request.json').toString('utf8'),
  );
  if (recorded.length === 0) throw new Error(`There are no requests of ${dialect} to start from.`);
  return recorded;
}
