import type { LedgerFilter, LedgerQuery } from '../contract/usage-calls.ts';
import { type ExportQuestion, exportPart } from './ledger-export.ts';
import { createLedgerQueries } from './ledger-queries.ts';
import type { Database } from './load-sqlite.ts';
import { createParquetExports } from './parquet-export.ts';
import { repricePart, type RepriceQuestion } from './reprice.ts';
import { createUsageQueries } from './usage-queries.ts';

/** Rows a preview looks at in one turn. */
const previewRows = 5000;

type Period = { from: string; to: string };

/** Everything that is asked of the ledger and its sums, by name: some of it takes long enough to have its own thread. */
export function createUsageQuestions(db: Database) {
  const usage = createUsageQueries(db);
  const ledger = createLedgerQueries(db);
  return {
    overview: (period: Period) => usage.overview(period),
    days: (period: Period) => usage.days(period),
    names: (_nothing: Record<string, never>) => usage.names(),
    page: (query: LedgerQuery) => ledger.page(query),
    sum: (filter: LedgerFilter) => ledger.sum(filter),
    entry: ({ id }: { id: string }) => ledger.entry(id),
    /** Part by part, so that other questions have their turn. */
    repricePart: (question: RepriceQuestion) => repricePart(sql => db.prepare(sql), question, previewRows),
    backendUse: (month: { month: string; recent: string }) => usage.backendUse(month),
    parquetPart: createParquetExports(ledger),
    exportPart: (question: ExportQuestion) => exportPart(ledger, question),
  };
}

export type UsageQuestions = ReturnType<typeof createUsageQuestions>;
export type QuestionName = keyof UsageQuestions;
export type Question<N extends QuestionName> = Parameters<UsageQuestions[N]>[0];
export type Answer<N extends QuestionName> = ReturnType<UsageQuestions[N]>;

/** Between the threads. */
export type AskedQuestion = { id: number; name: QuestionName | 'checkpoint'; input: unknown };
export type GivenAnswer =
  | { id: number; value: unknown }
  | { id: number; error: { code: string | null; message: string } };
