import { describe, expect, it } from 'vitest';

import type { KeyLimits, ListedKey } from '../../electron/contract/keys.ts';
import { paceOf } from '../../renderer/features/gateway/budget-pace.ts';
import { fromKeyForm, toKeyForm } from '../../renderer/features/gateway/key-form.ts';
import { demandsKey, fromServerForm, toServerForm } from '../../renderer/features/gateway/server-form.ts';

const now = new Date(2026, 5, 10, 12);
const limits: KeyLimits = {
  allowed_models: ['groq/*', '*haiku*'],
  requests_per_minute: 30,
  budget: { amount: 2.5, unit: 'usd', period: 'day' },
  expires_at: '2026-09-01T10:30:00Z',
};

describe('the form of a key', () => {
  it('comes back as it went in, to the minute it expires', () => {
    expect(fromKeyForm(toKeyForm(limits), now, limits)).toEqual({ limits, problems: {} });
  });

  it('has no limit where a field is empty', () => {
    expect(fromKeyForm(toKeyForm(null), now)).toEqual({
      limits: { allowed_models: null, requests_per_minute: null, budget: null, expires_at: null },
      problems: {},
    });
  });

  it('takes patterns by line, comma or space, and amounts with a comma', () => {
    const form = { ...toKeyForm(null), models: ' groq/*,\n a/b a/b', amount: '0,5', unit: 'tokens' as const };
    expect(fromKeyForm(form, now).limits).toMatchObject({
      allowed_models: ['groq/*', 'a/b'],
      budget: { amount: 0.5, unit: 'tokens', period: 'month' },
    });
  });

  it('lets a key work to the end of its day', () => {
    const { limits, problems } = fromKeyForm({ ...toKeyForm(null), expires: '2026-06-10' }, now);
    expect(limits.expires_at).toBe(new Date(2026, 5, 11).toISOString());
    expect(problems).toEqual({});
    expect(toKeyForm(limits).expires).toBe('2026-06-10');
  });

  it.each([
    [{ rpm: '0' }, { rpm: 'rpm' }],
    [{ rpm: '1.5' }, { rpm: 'rpm' }],
    [{ rpm: '1e3' }, { rpm: 'rpm' }],
    [{ rpm: '100001' }, { rpm: 'rpm' }],
    [{ amount: '0' }, { amount: 'amount' }],
    [{ amount: '-1' }, { amount: 'amount' }],
    [{ amount: 'ten' }, { amount: 'amount' }],
    [{ models: 'x'.repeat(201) }, { models: 'models' }],
    [{ models: Array.from({ length: 101 }, (_, index) => `m${index}`).join('\n') }, { models: 'models' }],
    [{ expires: '2026-06-09' }, { expires: 'past' }],
  ])('says what is wrong with %o', (fields, problems) => {
    expect(fromKeyForm({ ...toKeyForm(null), ...fields }, now).problems).toEqual(problems);
  });
});

describe('the pace of a budget', () => {
  const usage: ListedKey['usage'] = {
    calls: 4,
    cost_usd: 1,
    tokens: 500,
    unpriced_calls: 2,
    uncounted_calls: 0,
    period: 'month',
    since: '2026-06-01T00:00:00Z',
    until: '2026-07-01T00:00:00Z',
  };
  const day = (date: number) => Date.parse(`2026-06-${String(date).padStart(2, '0')}T00:00:00Z`);
  const budget = { amount: 10, unit: 'usd', period: 'month' } as const;

  it('goes on as it went so far', () => {
    expect(paceOf(budget, usage, day(16))).toEqual({
      spent: 1,
      share: 0.1,
      passed: 0.5,
      expected: 2,
      level: 'fine',
      unknown: 2,
    });
    expect(paceOf({ ...budget, unit: 'tokens' }, usage, day(16))).toMatchObject({ spent: 500, unknown: 0 });
  });

  it.each([
    [1.5, 'fast'],
    [1.2, 'near'],
    [1, 'spent'],
    [0.5, 'spent'],
  ] as const)('of %d with half the month gone is %s', (amount, level) => {
    expect(paceOf({ ...budget, amount }, usage, day(16)).level).toBe(level);
  });

  it('says nothing in the first hours, nor after the end', () => {
    expect(paceOf(budget, usage, Date.parse('2026-06-01T02:00:00Z')).expected).toBeNull();
    expect(paceOf(budget, usage, Date.parse('2026-08-01T00:00:00Z'))).toMatchObject({
      passed: 1,
      expected: 1,
    });
  });
});

describe('the form of the server', () => {
  const settings = { host: '127.0.0.1', port: 4141, require_key: true, allowed_hosts: [], cors_origins: [] };
  const form = toServerForm(settings);

  it('changes nothing by itself', () => {
    expect(fromServerForm(form, settings)).toEqual({ changes: {}, problems: {} });
  });

  it('names only what differs', () => {
    expect(fromServerForm({ ...form, port: ' 5000 ', origins: 'http://localhost:3000\n' }, settings)).toEqual(
      {
        changes: { port: 5000, cors_origins: ['http://localhost:3000'] },
        problems: {},
      },
    );
  });

  it('demands a key and names for the network', () => {
    const open = { ...form, host: '0.0.0.0', requireKey: false };
    expect(demandsKey(open)).toBe(true);
    expect(fromServerForm(open, { ...settings, require_key: false }).problems).toEqual({
      names: { type: 'names', entry: '' },
    });
    expect(
      fromServerForm({ ...open, names: 'my-box 192.168.1.5' }, { ...settings, require_key: false }),
    ).toEqual({
      changes: { host: '0.0.0.0', require_key: true, allowed_hosts: ['my-box', '192.168.1.5'] },
      problems: {},
    });
  });

  it('demands a key where every web page may call', () => {
    expect(demandsKey({ host: '127.0.0.1', origins: 'http://a.example, *' })).toBe(true);
    expect(demandsKey({ host: 'localhost', origins: 'http://a.example' })).toBe(false);
  });

  it.each([
    [{ port: '65536' }, { port: { type: 'port', entry: '65536' } }],
    [{ port: '' }, { port: { type: 'port', entry: '' } }],
    [{ port: '80a' }, { port: { type: 'port', entry: '80a' } }],
    [{ names: 'good http://bad' }, { names: { type: 'name', entry: 'http://bad' } }],
    [{ names: 'box:80' }, { names: { type: 'name', entry: 'box:80' } }],
    [{ origins: 'localhost:3000' }, { origins: { type: 'cors', entry: 'localhost:3000' } }],
    [{ origins: 'http://a/b' }, { origins: { type: 'cors', entry: 'http://a/b' } }],
  ])('says what is wrong with %o', (fields, problems) => {
    expect(fromServerForm({ ...form, ...fields }, settings).problems).toEqual(problems);
  });
});
