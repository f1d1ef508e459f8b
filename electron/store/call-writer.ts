import type { CallEnd, CallStart } from '../contract/calls.ts';
import {
  type Column,
  endedColumns,
  endedValues,
  guessStart,
  insertAlikeSql,
  insertRunningSql,
  runningValues,
  saveEndedSql,
  shapeOf,
} from './call-columns.ts';
import type { Database, Statement } from './load-sqlite.ts';
import { isTransient } from './storage-error.ts';

/** What is queued of one call: its start, its end, or both. */
export type QueuedCall = { start: CallStart | undefined; end: CallEnd | undefined };

type EndedCall = { start: CallStart; end: CallEnd };
/** Calls of which the same columns are known, with what is known of them. */
type AlikeCalls = { shape: number; calls: EndedCall[]; values: Column[] };

/** Beginning a statement costs as much as half a row, and so does binding what is not known. */
const rowsTogether = 10;
/** Some 10 KB each. */
const mostStatements = 40;

/**
 * Writes calls inside the batch's transaction, and returns whether there were ended ones. Those that began and ended within the
 * batch, most of them, go many at a time. A row that is refused for what is in it is told to `onRefused`: it must
 * not hold back the others for ever.
 */
export function createCallWriter(
  db: Database,
  now: () => Date,
  onRefused: (cause: unknown) => void,
): (calls: Iterable<QueuedCall>) => boolean {
  const insertRunning = db.prepare(insertRunningSql);
  const saveEnded = db.prepare(saveEndedSql);
  const insertAlike = prepareAlike(db);

  const writeAlone = ({ start, end }: QueuedCall): void => {
    try {
      if (end !== undefined) saveEnded.run(...endedValues(start ?? guessStart(end, now()), end));
      else if (start !== undefined) insertRunning.run(...runningValues(start));
    } catch (error) {
      if (isTransient(error)) throw error;
      onRefused(error);
    }
  };

  const writeAlike = ({ shape, calls, values }: AlikeCalls): void => {
    // What has a row already, or is refused, was left out; those that went in do not change by being written again.
    if (insertAlike(shape, values) < calls.length) for (const call of calls) writeAlone(call);
  };

  return queued => {
    const groups = new Map<number, AlikeCalls>();
    let hasEnded = false;
    for (const call of queued) {
      hasEnded ||= call.end !== undefined;
      const group = isEnded(call) ? addToGroup(call, groups) : undefined;
      if (!group) writeAlone(call);
      else if (group.calls.length === rowsTogether) {
        groups.delete(group.shape);
        writeAlike(group);
      }
    }
    for (const { calls } of groups.values()) for (const call of calls) writeAlone(call);
    return hasEnded;
  };
}

function isEnded(call: QueuedCall): call is EndedCall {
  return call.start !== undefined && call.end !== undefined;
}

/** Undefined where it is not as a call has to be. */
function addToGroup(call: EndedCall, groups: Map<number, AlikeCalls>): AlikeCalls | undefined {
  let columns: Column[];
  try {
    columns = endedColumns(call.start, call.end);
  } catch {
    // Writing it alone says what is wrong.
    return undefined;
  }
  const shape = shapeOf(columns);
  const group = groups.get(shape) ?? { shape, calls: [], values: [] };
  groups.set(shape, group);
  group.calls.push(call);
  for (const column of columns) if (column !== null) group.values.push(column);
  return group;
}

/** Returns how many of the rows went in. */
function prepareAlike(db: Database): (shape: number, values: readonly Column[]) => number {
  const statements = new Map<number, Statement>();
  return (shape, values) => {
    const statement = statements.get(shape) ?? db.prepare(insertAlikeSql(shape, rowsTogether));
    if (statements.size >= mostStatements) statements.clear();
    statements.set(shape, statement);
    try {
      return statement.run(...values).changes;
    } catch (error) {
      if (isTransient(error)) throw error;
      return 0;
    }
  };
}
