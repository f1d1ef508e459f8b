import { expect, test } from 'vitest';

import { wordBudgetNotice } from '../../electron/contract/budget-notice.ts';
import type { BudgetNotice } from '../../electron/contract/budget-notice.ts';
import { catalogues } from '../../renderer/texts/texts.ts';

const near: BudgetNotice = {
  budget: { client: 'editor', amount: 2000, unit: 'usd', period: 'month', stop: true },
  spent: 1700.5,
  expected: 2400,
  percent: 80,
};
const tokens = { amount: 9000, unit: 'tokens', period: 'day' } as const;

test.each([
  [
    'en',
    'The budget of editor is nearly used up',
    '$1,700.50 of $2,000.00 used this month. At this rate $2,400.00',
  ],
  [
    'de',
    'Das Budget von editor ist fast aufgebraucht',
    'Diesen Monat 1.700,50\u00A0$ von 2.000,00\u00A0$ verbraucht.',
  ],
  ['zh-Hans', '客户端 editor 的预算即将用完', '本月已用 $1,700.50，共 $2,000.00。'],
] as const)('a budget that is nearly used up is told of in %s', (language, title, begin) => {
  const told = wordBudgetNotice(near, catalogues[language].menu);
  expect([told.title, told.body.slice(0, begin.length)]).toEqual([title, begin]);
});

test('what was used up says what happens now', () => {
  const spent = { spent: 9000, expected: null, percent: 100 } as const;
  const say = (budget: BudgetNotice['budget']) => wordBudgetNotice({ budget, ...spent }, catalogues.de.menu);
  expect(say({ ...tokens, backend: 'groq', stop: true })).toEqual({
    title: 'Das Budget für groq ist aufgebraucht',
    body: 'Heute 9.000 Token von 9.000 Token verbraucht. Aufrufe werden bis morgen abgelehnt.',
  });
  expect(say({ ...tokens, stop: false })).toEqual({
    title: 'Das Budget für alle Aufrufe ist aufgebraucht',
    body: 'Heute 9.000 Token von 9.000 Token verbraucht. Aufrufe gehen weiter.',
  });
});
