import i18next from 'i18next';
import { describe, expect, test } from 'vitest';

import type { BackendCheck } from '../../electron/contract/backends.ts';
import type { Call } from '../../electron/contract/calls.ts';
import { backendProblem, suggestName } from '../../renderer/features/providers/backend-state.ts';
import { checkSentence, keyPhrase } from '../../renderer/features/providers/backend-texts.ts';
import { answeredAs } from '../../renderer/features/usage/answered-as.ts';
import { catalogues } from '../../renderer/texts/texts.ts';
import { formatCost, formatCount, formatDuration } from '../../renderer/ui/format.ts';

const check = (fields: Partial<BackendCheck> = {}): BackendCheck => ({
  name: 'groq',
  type: 'groq',
  title: 'Groq',
  script: 'built-in',
  script_file: null,
  base_url: 'https://api.groq.com',
  enabled: true,
  demo: false,
  needs_key: true,
  key: null,
  key_error: null,
  script_error: null,
  ok: true,
  error: null,
  reachable: true,
  models: 3,
  latency_ms: 120.4,
  ...fields,
});

describe('a backend in words', () => {
  void i18next.init({
    resources: catalogues,
    lng: 'en',
    initAsync: false,
    interpolation: { escapeValue: false },
  });
  const t = i18next.getFixedT('en', 'providers');

  test('where its key comes from', () => {
    const key = { tier: 'settings', source: 'env', name: 'GROQ_API_KEY' } as const;
    expect(keyPhrase(check({ key }), t)).toBe('from env GROQ_API_KEY, set in settings');
    expect(keyPhrase(check(), t)).toBe('none');
    expect(keyPhrase(check({ needs_key: false }), t)).toBe('not needed');
  });

  test('its first problem: the script before the key, and none while it is off', () => {
    const script_error = { code: 'script_error', message: 'Line 3 is wrong.' } as const;
    const key_error = { code: 'no_api_key', message: 'Add a key.' } as const;
    expect(backendProblem(check({ script_error, key_error }))).toBe(script_error);
    expect(backendProblem(check({ key_error }))).toBe(key_error);
    expect(backendProblem(check({ key_error, enabled: false }))).toBeNull();
    expect(backendProblem(check())).toBeNull();
  });

  test('what a test found', () => {
    expect(checkSentence(check(), t)).toBe('Works, answered in 120 ms, 3 models.');
    expect(checkSentence(check({ models: 1, latency_ms: null }), t)).toBe('Works, 1 model.');
    expect(checkSentence(check({ ok: false, error: 'It does not answer.' }), t)).toBe('It does not answer.');
  });

  test('what a test found, in another language, with what the core says of it', async () => {
    await i18next.changeLanguage('de');
    const german = i18next.getFixedT('de', 'providers');
    const found = (fields: Partial<BackendCheck>) => checkSentence(check({ ok: false, ...fields }), german);
    expect([
      found({ error: 'No answer.', reachable: false }),
      found({ error: 'No key.', key_error: { code: 'no_api_key', message: 'No key.' } }),
      found({ error: 'Odd.', reachable: null }),
    ]).toEqual([
      `${catalogues.de.errors.upstream_unreachable} (No answer)`,
      `${catalogues.de.errors.no_api_key} (No key)`,
      'Odd.',
    ]);
    await i18next.changeLanguage('en');
  });

  test('a free name for another one', () => {
    expect(suggestName('groq', [])).toBe('groq');
    expect(suggestName('groq', ['groq', 'groq-2'])).toBe('groq-3');
  });
});

test.each([
  ['groq/llama', 'llama', null],
  ['groq/llama', 'groq/llama', null],
  ['groq/llama', null, null],
  ['groq/llama', 'llama-2026-01', 'llama-2026-01'],
  ['fast', 'llama', 'llama'],
])('asked %j and answered by %j, the ledger adds %j', (model_asked, model_answered, expected) => {
  const call = { backend: 'groq', model_asked, model_answered } as Call; // the rest does not matter here
  expect(answeredAs(call)).toBe(expected);
});

describe('numbers', () => {
  test('unknown is a dash, never 0', () => {
    expect([formatCount(null), formatCost(null), formatDuration(null)]).toEqual(['—', '—', '—']);
    expect(formatCount(0)).toBe('0');
  });

  test.each([
    [0, '$0'],
    [0.000_01, '< $0.0001'],
    [0.0123, '$0.0123'],
    [1.5, '$1.50'],
  ])('cost %d', (usd, text) => expect(formatCost(usd)).toBe(text));

  test.each([
    [12.3, '12 ms'],
    [999.4, '999 ms'],
    [1500, '1.5 s'],
    [59_940, '59.9 s'],
    [60_000, '1 min 0 s'],
    [125_000, '2 min 5 s'],
  ])('duration %d', (ms, text) => expect(formatDuration(ms)).toBe(text));
});
