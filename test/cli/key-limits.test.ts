import { describe, expect, it } from 'vitest';

import { keyCells, keyHeadings } from '../../electron/commands/describe-key.ts';
import { parseLimits } from '../../electron/commands/key-limits.ts';
import type { ListedKey } from '../../electron/contract/keys.ts';
import { AppError } from '../../electron/contract/errors.ts';

const now = new Date('2026-03-15T12:00:00.000Z');

function parse(texts: Partial<Record<'models' | 'rpm' | 'budget' | 'expires', string>>): unknown {
  return parseLimits(
    { models: undefined, rpm: undefined, budget: undefined, expires: undefined, ...texts },
    now,
  );
}

describe('limits as they are typed', () => {
  it.each([
    [{}, {}],
    [{ models: 'groq/*, fast,fast' }, { allowed_models: ['groq/*', 'fast'] }],
    [{ models: 'all' }, { allowed_models: null }],
    [{ models: 'none' }, { allowed_models: ['none'] }],
    [{ rpm: '60' }, { requests_per_minute: 60 }],
    [{ rpm: 'None' }, { requests_per_minute: null }],
    [{ budget: '5usd/month' }, { budget: { amount: 5, unit: 'usd', period: 'month' } }],
    [{ budget: '0.25 USD / day' }, { budget: { amount: 0.25, unit: 'usd', period: 'day' } }],
    [{ budget: '200ktok/day' }, { budget: { amount: 200_000, unit: 'tokens', period: 'day' } }],
    [{ budget: '1.5mtokens/month' }, { budget: { amount: 1_500_000, unit: 'tokens', period: 'month' } }],
    [{ budget: '900tok/day' }, { budget: { amount: 900, unit: 'tokens', period: 'day' } }],
    [{ budget: 'none' }, { budget: null }],
    [{ expires: '90d' }, { expires_at: '2026-06-13T12:00:00.000Z' }],
    [{ expires: '2027-01-01T10:00:00+02:00' }, { expires_at: '2027-01-01T08:00:00.000Z' }],
    [{ expires: '2027-01-31' }, { expires_at: new Date(2027, 0, 31).toISOString() }],
    [{ expires: 'never' }, { expires_at: null }],
  ])('%j is %j', (texts, limits) => {
    expect(parse(texts)).toEqual(limits);
  });

  it.each([
    ...['', ',', 'two words', 'x'.repeat(201)].map(models => ({ models })),
    ...['0', '-1', '1.5', '1e3', '100001', 'many', ''].map(rpm => ({ rpm })),
    ...[
      '5',
      '5usd',
      '5usd/week',
      '0usd/day',
      '-5usd/day',
      'usd/day',
      '5eur/day',
      '5kusd/day',
      '1e99tok/day',
      '',
    ].map(budget => ({ budget })),
    ...['2027-02-31', '2027-13-01', 'tomorrow', '27-01-01', '9999999d', '2027-01-01Tnoon', ''].map(
      expires => ({
        expires,
      }),
    ),
  ])('%j is refused with a sentence that says what is taken', texts => {
    const option = `--${Object.keys(texts)[0] ?? ''}`;
    const refuse = (): unknown => parse(texts);
    expect(refuse).toThrow(AppError);
    expect(refuse).toThrow(new RegExp(`^${option} takes .*\\.$`));
  });
});

describe('a row of the list', () => {
  const key: ListedKey = {
    id: '1',
    name: 'editor',
    prefix: 'parley-abcd',
    created_at: '2026-01-01T00:00:00.000Z',
    last_used_at: null,
    revoked_at: null,
    allowed_models: null,
    requests_per_minute: null,
    budget: null,
    expires_at: null,
    usage: {
      period: 'month',
      since: '',
      until: '',
      calls: 3,
      cost_usd: 0.00123,
      tokens: 500,
      unpriced_calls: 0,
      uncounted_calls: 1,
    },
  };
  const cell = (heading: string, changes: Partial<ListedKey> = {}): string | undefined =>
    keyCells({ ...key, ...changes }, now)[keyHeadings.indexOf(heading)];

  it('has a cell for every heading', () => {
    expect(keyCells(key, now)).toHaveLength(keyHeadings.length);
  });

  it('says what was used of a budget, in its unit, and what is unknown', () => {
    expect(cell('USED')).toBe('0.0012 USD, 3 calls this month');
    expect(cell('USED', { usage: { ...key.usage, unpriced_calls: 2 } })).toBe(
      '0.0012 USD, 3 calls this month + 2 calls of unknown price',
    );
    expect(cell('USED', { budget: { amount: 5, unit: 'usd', period: 'month' } })).toBe(
      '0.0012 USD of 5.00 USD this month',
    );
    expect(cell('USED', { budget: { amount: 1000, unit: 'tokens', period: 'day' } })).toBe(
      '500 tokens of 1000 tokens today + 1 call of unknown length',
    );
    expect(cell('USED', { usage: { ...key.usage, calls: 0 } })).toBe('');
  });

  it('says whether it works', () => {
    expect(cell('STATE')).toBe('active');
    expect(cell('STATE', { expires_at: '2027-01-01T00:00:00.000Z' })).toBe(
      'active until 2027-01-01T00:00:00.000Z',
    );
    expect(cell('STATE', { expires_at: '2026-03-15T12:00:00.000Z' })).toBe(
      'expired 2026-03-15T12:00:00.000Z',
    );
    expect(cell('STATE', { revoked_at: '2026-02-01T00:00:00.000Z' })).toBe(
      'revoked 2026-02-01T00:00:00.000Z',
    );
    expect([cell('MODELS'), cell('MODELS', { allowed_models: ['groq/*', 'fast'] })]).toEqual([
      'all',
      'groq/*,fast',
    ]);
  });
});
