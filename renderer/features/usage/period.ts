/** Days as 2026-01-31, both included. */
export type Period = { from: string; to: string };

export const presets = ['today', 'week', 'days30', 'month', 'year', 'custom'] as const;
export type Preset = (typeof presets)[number];

/** The period a preset stands for on that day. */
export function periodOf(preset: Exclude<Preset, 'custom'>, today: string): Period {
  switch (preset) {
    case 'today':
      return { from: today, to: today };
    case 'week':
      return { from: addDays(today, -6), to: today };
    case 'days30':
      return { from: addDays(today, -29), to: today };
    case 'month':
      return { from: `${today.slice(0, 7)}-01`, to: today };
    case 'year':
      return { from: `${today.slice(0, 4)}-01-01`, to: today };
  }
}

/** The day on the clock on the wall. */
export function dayOf(date: Date): string {
  const part = (value: number, length = 2): string => String(value).padStart(length, '0');
  return `${part(date.getFullYear(), 4)}-${part(date.getMonth() + 1)}-${part(date.getDate())}`;
}

export function addDays(day: string, days: number): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
}

/** The period of one bar: an hour stays within its day. */
export function periodOfMonth(month: string): Period {
  const [year = 1970, number = 1] = month.split('-').map(Number);
  const last = new Date(Date.UTC(year, number, 0)).getUTCDate();
  return { from: `${month}-01`, to: `${month}-${String(last).padStart(2, '0')}` };
}

/** Every day, month or hour of a period, so that quiet ones keep their place. */
export function slotKeys(period: Period, unit: 'hour' | 'day' | 'month'): string[] {
  if (unit === 'hour') return hourKeys(period);
  const keys: string[] = [];
  for (let day = period.from; day <= period.to && keys.length < 40_000; day = addDays(day, 1)) {
    const key = unit === 'day' ? day : day.slice(0, 7);
    if (keys.at(-1) !== key) keys.push(key);
  }
  return keys;
}

/** A day of a change of clocks has 23 hours, or 25. */
function hourKeys({ from, to }: Period): string[] {
  const start = new Date(`${from}T00:00:00`).getTime();
  const end = new Date(`${addDays(to, 1)}T00:00:00`).getTime();
  const keys: string[] = [];
  for (let time = start; time < end; time += 3_600_000)
    keys.push(new Date(time).toISOString().replace('.000Z', 'Z'));
  return keys;
}
