import { highestRpm, modelPatternSchema } from '../../../electron/contract/keys.ts';
import type { KeyBudget, KeyLimits } from '../../../electron/contract/keys.ts';

/** Limits of a key as they stand in the fields; an empty one is no limit. */
export type KeyForm = {
  models: string;
  rpm: string;
  amount: string;
  unit: KeyBudget['unit'];
  period: KeyBudget['period'];
  /** A day as a date field gives it, 2026-01-31: the key works to its end. */
  expires: string;
};

/** What is wrong with a field; the page has a sentence for each. */
type KeyFormProblem = 'models' | 'rpm' | 'amount' | 'past';
export type KeyFormProblems = Partial<Record<keyof KeyForm, KeyFormProblem>>;

const blank: KeyForm = { models: '', rpm: '', amount: '', unit: 'usd', period: 'month', expires: '' };

export function toKeyForm(limits: KeyLimits | null): KeyForm {
  if (!limits) return blank;
  const { allowed_models: models, requests_per_minute: rpm, budget, expires_at: expires } = limits;
  return {
    models: models?.join('\n') ?? '',
    rpm: rpm === null ? '' : String(rpm),
    amount: budget ? String(budget.amount) : '',
    unit: budget?.unit ?? blank.unit,
    period: budget?.period ?? blank.period,
    expires: expires === null ? '' : lastDay(expires),
  };
}

/** The limits, or what is wrong in which field. `before` is kept where its field was left as it was. */
export function fromKeyForm(
  form: KeyForm,
  now: Date,
  before: KeyLimits | null = null,
): { limits: KeyLimits; problems: KeyFormProblems } {
  const untouched = toKeyForm(before);
  const problems: KeyFormProblems = {};
  const models = form.models.split(/[\s,]+/).filter(pattern => pattern !== '');
  if (models.length > 100 || models.some(pattern => !modelPatternSchema.safeParse(pattern).success))
    problems.models = 'models';
  const rpm = readNumber(form.rpm);
  if (rpm !== null && !(Number.isInteger(rpm) && rpm >= 1 && rpm <= highestRpm)) problems.rpm = 'rpm';
  const amount = readNumber(form.amount);
  if (amount !== null && !(amount > 0 && amount <= 1e15)) problems.amount = 'amount';
  const isSameExpiry = before !== null && form.expires === untouched.expires;
  const expires = isSameExpiry ? before.expires_at : endOf(form.expires);
  if (!isSameExpiry && expires !== null && Date.parse(expires) <= now.getTime()) problems.expires = 'past';
  return {
    limits: {
      allowed_models: models.length === 0 ? null : [...new Set(models)],
      requests_per_minute: rpm,
      budget: amount === null ? null : { amount, unit: form.unit, period: form.period },
      expires_at: expires,
    },
    problems,
  };
}

/** NaN for what is no number; a comma may stand for the point. */
function readNumber(text: string): number | null {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  return /^\d+(?:[.,]\d+)?$/.test(trimmed) ? Number(trimmed.replace(',', '.')) : Number.NaN;
}

/** The first moment after a day of this machine's time zone. */
function endOf(day: string): string | null {
  const [year, month, date] = day.split('-').map(Number);
  if (year === undefined || month === undefined || date === undefined) return null;
  return new Date(year, month - 1, date + 1).toISOString();
}

/** The last whole day before a moment. */
function lastDay(moment: string): string {
  const day = new Date(Date.parse(moment) - 1);
  const two = (part: number) => String(part).padStart(2, '0');
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}
