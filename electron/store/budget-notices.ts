import type { Database } from './load-sqlite.ts';

/** What somebody was told of their budgets, so that nobody hears it twice, whatever was restarted meanwhile. */
export type BudgetNotices = {
  /** True the first time for this share of a budget in the period that began then, among all processes. */
  note(budget: string, since: string, percent: number): boolean;
};

export function createBudgetNotices(db: Database): BudgetNotices {
  const insert = db.prepare('INSERT OR IGNORE INTO budget_notices (budget, since, percent) VALUES (?, ?, ?)');
  return { note: (budget, since, percent) => insert.run(budget, since, percent).changes > 0 };
}
