import { describe, expect, it } from 'vitest';

import type { TracedStep } from '../../electron/contract/studio-calls.ts';
import { compareSteps } from '../../renderer/features/studio/compare-steps.ts';

const step = (known: Partial<TracedStep>): TracedStep => ({
  step: 'build_url',
  by_script: false,
  method: null,
  url: null,
  headers: null,
  body: null,
  ...known,
});

describe('what a station did', () => {
  it('is all new at the first one', () => {
    expect(compareSteps(undefined, step({ body: '{}' }))).toEqual({
      url: false,
      headers: [],
      body: 'new',
      parts: ['body'],
    });
  });

  it('is told header by header', () => {
    const before = step({
      method: 'POST',
      url: 'http://a',
      headers: [
        ['a', '1'],
        ['b', '2'],
        ['c', '3'],
      ],
    });
    const now = step({
      method: 'POST',
      url: 'http://a',
      headers: [
        ['a', '1'],
        ['b', '9'],
        ['d', '4'],
      ],
    });
    const change = compareSteps(before, now);
    expect(change.headers.map(({ name, change: how }) => `${name} ${how}`)).toEqual([
      'a same',
      'b changed',
      'd added',
      'c removed',
    ]);
    expect(change.parts).toEqual(['headers']);
  });

  it('is nothing where the request stayed as it was', () => {
    const same = step({ method: 'POST', url: 'http://a', headers: [['a', '1']], body: '{}' });
    expect(compareSteps(same, { ...same, step: 'sent' }).parts).toEqual([]);
  });

  it('counts another method as another address, and another body as changed', () => {
    const before = step({ method: 'POST', url: 'http://a', body: '{}' });
    const now = step({ method: 'GET', url: 'http://a', body: '[]' });
    expect(compareSteps(before, now)).toMatchObject({ url: true, body: 'changed', parts: ['url', 'body'] });
  });
});
