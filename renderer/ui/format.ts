const unknown = '—';

const dayFormat = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });
const timeFormat = new Intl.DateTimeFormat(undefined, { dateStyle: 'short', timeStyle: 'medium' });
const countFormat = new Intl.NumberFormat();

export function formatDay(iso: string): string {
  return dayFormat.format(new Date(iso));
}

export function formatTime(iso: string): string {
  return timeFormat.format(new Date(iso));
}

/** A count, or a dash where it is not known: unknown is never 0. */
export function formatCount(count: number | null): string {
  return count === null ? unknown : countFormat.format(count);
}

/** US dollars; small amounts keep enough digits to tell them from nothing. */
export function formatCost(usd: number | null): string {
  if (usd === null) return unknown;
  if (usd === 0) return '$0';
  if (usd < 0.0001) return '< $0.0001';
  return usd < 0.1 ? `$${usd.toFixed(4)}` : `$${usd.toFixed(2)}`;
}

/** Milliseconds below a second, then seconds, then minutes. */
export function formatDuration(ms: number | null): string {
  if (ms === null) return unknown;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
