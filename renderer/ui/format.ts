import i18next from 'i18next';

const unknown = '—';

/** Formats are costly to make and asked for in every row of a table. */
const kept = new Map<string, unknown>();

export function formatDay(iso: string): string {
  return dates({ dateStyle: 'medium' }).format(new Date(iso));
}

export function formatTime(iso: string): string {
  return dates({ dateStyle: 'short', timeStyle: 'medium' }).format(new Date(iso));
}

/** A time of today, without the day that everybody knows; else with it. */
export function formatMoment(iso: string, now = new Date()): string {
  const date = new Date(iso);
  return date.toDateString() === now.toDateString()
    ? dates({ timeStyle: 'medium' }).format(date)
    : formatTime(iso);
}

/** A count, or a dash where it is not known: unknown is never 0. */
export function formatCount(count: number | null): string {
  return count === null ? unknown : numbers({}).format(count);
}

/** US dollars; small amounts keep enough digits to tell them from nothing. */
export function formatCost(usd: number | null): string {
  if (usd === null) return unknown;
  if (usd === 0) return dollars(0).format(0);
  if (usd < 0.0001) return `< ${dollars(4).format(0.0001)}`;
  return dollars(usd < 0.1 ? 4 : 2).format(usd);
}

/** Milliseconds below a second, then seconds, then minutes. The signs of the units are the same everywhere. */
export function formatDuration(ms: number | null): string {
  if (ms === null) return unknown;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${digits(1).format(ms / 1000)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** A size in the units people know: KB of 1024 bytes. */
export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} KB`;
  return `${digits(1).format(bytes / 1024 / 1024)} MB`;
}

function dollars(fractionDigits: number): Intl.NumberFormat {
  return numbers({
    style: 'currency',
    currency: 'USD',
    // US$ would only take room: all prices are in one currency.
    currencyDisplay: 'narrowSymbol',
    minimumFractionDigits: fractionDigits,
    maximumFractionDigits: fractionDigits,
  });
}

function digits(fractionDigits: number): Intl.NumberFormat {
  return numbers({
    minimumFractionDigits: fractionDigits,
    maximumFractionDigits: fractionDigits,
    useGrouping: false,
  });
}

function numbers(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  return keep(`number ${JSON.stringify(options)}`, language => new Intl.NumberFormat(language, options));
}

function dates(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return keep(`date ${JSON.stringify(options)}`, language => new Intl.DateTimeFormat(language, options));
}

function keep<T>(name: string, make: (language: string) => T): T {
  const { language } = i18next;
  const key = `${language} ${name}`;
  // A key begins with the kind of format it stands for.
  const format = (kept.get(key) as T | undefined) ?? make(language);
  kept.set(key, format);
  return format;
}
