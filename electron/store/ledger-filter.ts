import type { LedgerFilter } from '../contract/usage-calls.ts';

type Where = { where: string; values: Record<string, string> };

/** Conditions on rows of calls, each begun with AND; times are left to the ranges unless the rows are few. */
export function callWhere(filter: LedgerFilter): Where {
  const { where, values } = nameWhere(filter, { model: 'model_asked' });
  if (!isNarrow(filter)) return { where, values };
  const parts = [where];
  if (filter.chat_id !== undefined) {
    parts.push('AND chat_calls.chat_id = @chat_id');
    values['chat_id'] = filter.chat_id;
  }
  const { since, until } = timesOf(filter);
  if (since !== undefined) {
    parts.push('AND started_at >= @since');
    values['since'] = since;
  }
  if (until !== undefined) {
    parts.push('AND started_at < @until');
    values['until'] = until;
  }
  return { where: parts.join(' '), values };
}

/** The same on the sums of days and months. */
export function sumWhere(filter: LedgerFilter): Where {
  return nameWhere(filter, { model: 'model' });
}

/** Few rows whatever else is asked for, and none of the sums says anything of them. */
export function isNarrow(filter: LedgerFilter): boolean {
  return filter.chat_id !== undefined || filter.hour !== undefined;
}

/** True where a look at the clock alone does not find the rows. */
export function hasNames(filter: LedgerFilter): boolean {
  return nameWhere(filter, { model: 'model' }).where !== '';
}

/** From and until, in UTC, of the person's days; undefined where there is no such border. */
export function timesOf({ from, to, hour }: LedgerFilter): { since?: string; until?: string } {
  if (hour !== undefined) {
    const start = Date.parse(hour);
    return { since: new Date(start).toISOString(), until: new Date(start + 3_600_000).toISOString() };
  }
  return {
    ...(from === undefined ? {} : { since: startOfDay(from, 0) }),
    ...(to === undefined ? {} : { until: startOfDay(to, 1) }),
  };
}

/** The Date constructor knows when a day begins here, also where the clock is changed at midnight. */
function startOfDay(day: string, later: number): string {
  const [year = 1970, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date + later).toISOString();
}

function nameWhere(filter: LedgerFilter, columns: { model: string }): Where {
  const parts: string[] = [];
  const values: Record<string, string> = {};
  const same = { status: 'status', backend: 'backend', client: 'client', model: columns.model } as const;
  for (const name of ['status', 'backend', 'client', 'model'] as const) {
    const value = filter[name];
    if (value === undefined) continue;
    parts.push(`AND ${same[name]} = @${name}`);
    values[name] = value;
  }
  const search = filter.search?.trim() ?? '';
  if (search !== '') {
    parts.push(`AND (${columns.model} LIKE @search ESCAPE '\\' OR client LIKE @search ESCAPE '\\')`);
    values['search'] = `%${search.replaceAll(/[\\%_]/g, match => `\\${match}`)}%`;
  }
  return { where: parts.join(' '), values };
}
