/** Days from one to another, both included. */
type Period = { from?: string | undefined; to?: string | undefined };

const ordinary = { months: 'usage_months', days: 'usage_days' };
// Before and after all dates, as text.
const [never, always] = ['', '~'];

/** Rows of a period, whole months from the sums of months: a year is twelve of them, not 365. Takes `periodValues`. */
export function periodSql(columns: string, tables: { months: string; days: string } = ordinary): string {
  return `(
    SELECT ${columns} FROM ${tables.months} WHERE month BETWEEN @firstMonth AND @lastMonth
    UNION ALL SELECT ${columns} FROM ${tables.days} WHERE day BETWEEN @headFrom AND @headTo
    UNION ALL SELECT ${columns} FROM ${tables.days} WHERE day BETWEEN @tailFrom AND @tailTo)`;
}

export function periodValues({ from, to }: Period): Record<string, string> {
  const firstMonth =
    from === undefined ? never : from.endsWith('-01') ? from.slice(0, 7) : monthAfter(from, 1);
  const lastMonth = to === undefined ? always : isLastOfMonth(to) ? to.slice(0, 7) : monthAfter(to, -1);
  if (firstMonth > lastMonth) {
    const none = { firstMonth: always, lastMonth: never, tailFrom: always, tailTo: never };
    return { ...none, headFrom: from ?? never, headTo: to ?? always };
  }
  return {
    firstMonth,
    lastMonth,
    // The days of the months that are not whole: before the first whole one and after the last.
    headFrom: from ?? always,
    headTo: from === undefined ? never : firstMonth,
    tailFrom: to === undefined ? always : `${lastMonth}-32`,
    tailTo: to ?? never,
  };
}

/** The month that many months later, e.g. 2026-02. */
function monthAfter(day: string, months: number): string {
  const [year = 1970, month = 1] = day.split('-').map(Number);
  const date = new Date(Date.UTC(2000, month - 1 + months));
  const years = date.getUTCFullYear() - 2000;
  return `${String(year + years).padStart(4, '0')}-${String(date.getUTCMonth() + 1).padStart(2, '0')}`;
}

function isLastOfMonth(day: string): boolean {
  const [year = 1970, month = 1, date = 1] = day.split('-').map(Number);
  return date >= new Date(Date.UTC(year, month, 0)).getUTCDate();
}
