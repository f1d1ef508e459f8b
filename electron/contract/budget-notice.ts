import type { Budget } from './budgets.ts';
import { fillText } from './fill-text.ts';
import type { KeyBudget } from './keys.ts';
import type { MenuLabels } from './menu-labels.ts';

/** A budget that is nearly used up, or is: told once in each of its periods. */
export type BudgetNotice = {
  budget: Budget;
  spent: number;
  /** What will be spent at the period's end at this rate; null while that cannot be said. */
  expected: number | null;
  percent: 80 | 100;
};

/** The same in words, those of a language's catalogue: the page says them, and the system where no page is in front. */
export function wordBudgetNotice(
  { budget, spent, expected, percent }: BudgetNotice,
  words: MenuLabels,
): { title: string; body: string } {
  const { period, stop, amount } = budget;
  const amountOf = (value: number): string => wordAmount(budget, value, words);
  const name = nameOf(budget, words);
  const used = fillText(words[`budget_used_${period}`], { spent: amountOf(spent), amount: amountOf(amount) });
  if (percent === 100) {
    const then = stop ? words[`budget_refused_${period}`] : words.budget_goes_on;
    return { title: fillText(words.budget_spent, { name }), body: `${used} ${then}` };
  }
  const pace =
    expected === null ? '' : ` ${fillText(words[`budget_pace_${period}`], { amount: amountOf(expected) })}`;
  return { title: fillText(words.budget_near, { name }), body: `${used}${pace}` };
}

export function wordAmount({ unit }: Pick<KeyBudget, 'unit'>, amount: number, words: MenuLabels): string {
  const { language } = words;
  if (unit === 'tokens')
    return fillText(words.budget_tokens, { amount: Math.round(amount).toLocaleString(language) });
  const digits = amount !== 0 && amount < 0.1 ? 4 : 2;
  return amount.toLocaleString(language, {
    style: 'currency',
    currency: 'USD',
    currencyDisplay: 'narrowSymbol',
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}

function nameOf({ backend, client }: Budget, words: MenuLabels): string {
  if (backend !== undefined) return fillText(words.budget_of_backend, { name: backend });
  return client === undefined ? words.budget_of_all : fillText(words.budget_of_client, { name: client });
}
