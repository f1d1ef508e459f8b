import type { ListedKey } from '../contract/keys.ts';
import { spentOf, unknownOf } from '../contract/keys.ts';

export const keyHeadings = ['NAME', 'KEY', 'MODELS', 'RPM', 'USED', 'LAST USED', 'STATE'];

/** One row of `keys list`. */
export function keyCells(key: ListedKey, now: Date): string[] {
  return [
    key.name,
    `${key.prefix}…`,
    key.allowed_models?.join(',') ?? 'all',
    String(key.requests_per_minute ?? ''),
    describeUse(key),
    key.last_used_at ?? 'never',
    describeState(key, now),
  ];
}

function describeState({ revoked_at: revokedAt, expires_at: expiresAt }: ListedKey, now: Date): string {
  if (revokedAt !== null) return `revoked ${revokedAt}`;
  if (expiresAt === null) return 'active';
  return Date.parse(expiresAt) <= now.getTime() ? `expired ${expiresAt}` : `active until ${expiresAt}`;
}

/** What was used of the budget, or how much without one; what is unknown is said, not counted as nothing. */
function describeUse({ budget, usage }: ListedKey): string {
  const unit = budget?.unit ?? 'usd';
  const unknown = unknownOf(usage, unit);
  const lacking = unit === 'usd' ? 'price' : 'length';
  const note = unknown === 0 ? '' : ` + ${unknown} ${unknown === 1 ? 'call' : 'calls'} of unknown ${lacking}`;
  const amount = (value: number): string => (unit === 'usd' ? `${money(value)} USD` : `${value} tokens`);
  const spent = amount(spentOf(usage, unit));
  if (!budget) return usage.calls === 0 ? '' : `${spent}, ${usage.calls} calls this month${note}`;
  return `${spent} of ${amount(budget.amount)} ${budget.period === 'day' ? 'today' : 'this month'}${note}`;
}

/** Cents, and as many digits more as small sums need. */
function money(amount: number): string {
  return amount === 0 || amount >= 1 ? amount.toFixed(2) : String(Number(amount.toPrecision(2)));
}
