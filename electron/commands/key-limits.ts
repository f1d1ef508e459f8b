import { AppError } from '../contract/errors.ts';
import { highestRpm, keyBudgetSchema, keyLimitsSchema } from '../contract/keys.ts';
import type { KeyBudget, KeyLimits } from '../contract/keys.ts';

export const limitOptions = ['models', 'rpm', 'budget', 'expires'] as const;
type LimitTexts = { [Name in (typeof limitOptions)[number]]: string | undefined };

/** Limits as they are typed; those that were not given are left out, `all`, `none` and `never` take one away. Throws invalid_request. */
export function parseLimits(texts: LimitTexts, now: Date): Partial<KeyLimits> {
  const { models, rpm, budget, expires } = texts;
  return {
    ...(models === undefined ? {} : { allowed_models: unless('all', models, parseModels) }),
    ...(rpm === undefined ? {} : { requests_per_minute: unless('none', rpm, parseRpm) }),
    ...(budget === undefined ? {} : { budget: unless('none', budget, parseBudget) }),
    ...(expires === undefined
      ? {}
      : { expires_at: unless('never', expires, text => parseExpiry(text, now)) }),
  };
}

function unless<T>(word: string, text: string, parse: (text: string) => T): T | null {
  return text.trim().toLowerCase() === word ? null : parse(text.trim());
}

/** `groq/*,fast` */
function parseModels(text: string): string[] {
  const patterns = [...new Set(text.split(',').map(pattern => pattern.trim()))];
  const checked = keyLimitsSchema.shape.allowed_models.safeParse(patterns);
  if (checked.success && checked.data) return checked.data;
  throw wrong('--models', "patterns such as 'groq/*,fast', or all", text);
}

function parseRpm(text: string): number {
  const limit = Number(text);
  if (/^\d+$/.test(text) && limit >= 1 && limit <= highestRpm) return limit;
  throw wrong('--rpm', `a whole number from 1 to ${highestRpm}, or none`, text);
}

const factors = { '': 1, k: 1e3, m: 1e6 };

/** `5usd/month`, `200ktok/day` */
function parseBudget(text: string): KeyBudget {
  const match = /^(\d+(?:\.\d+)?) ?(?:(usd)|([km]?)tok(?:ens?)?) ?\/ ?(day|month)$/i.exec(text);
  const [, number = '', usd, factor = '', period = ''] = match ?? [];
  const amount = Number(number) * factors[factor.toLowerCase() as keyof typeof factors]; // the pattern allows no other
  const checked = keyBudgetSchema.safeParse({
    amount,
    unit: usd === undefined ? 'tokens' : 'usd',
    period: period.toLowerCase(),
  });
  if (checked.success) return checked.data;
  throw wrong('--budget', 'an amount such as 5usd/month or 200ktok/day, or none', text);
}

const hours = { h: 1, d: 24, w: 24 * 7, y: 24 * 365 };

/** The beginning of a day here, a moment as ISO 8601 has it, or a span such as `90d`; as ISO 8601 in UTC. */
function parseExpiry(text: string, now: Date): string {
  const time = expiryTime(text, now);
  if (!Number.isNaN(time)) return new Date(time).toISOString();
  throw wrong('--expires', 'a day such as 2027-01-31, a span such as 90d, or never', text);
}

function expiryTime(text: string, now: Date): number {
  const span = /^(\d{1,4})([hdwy])$/i.exec(text);
  if (span) {
    const unit = String(span[2]).toLowerCase() as keyof typeof hours; // the pattern allows no other
    return now.getTime() + Number(span[1]) * hours[unit] * 3_600_000;
  }
  const day = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (!day) return /^\d{4}-\d{2}-\d{2}T/.test(text) ? Date.parse(text) : Number.NaN;
  const [year, month, date] = day.slice(1).map(Number) as [number, number, number]; // three groups of digits
  const start = new Date(year, month - 1, date);
  // 2027-02-31 would become a day in March.
  return start.getMonth() === month - 1 && start.getDate() === date ? start.getTime() : Number.NaN;
}

function wrong(option: string, wanted: string, text: string): AppError {
  return new AppError('invalid_request', `${option} takes ${wanted}, not "${text.slice(0, 100)}".`);
}
