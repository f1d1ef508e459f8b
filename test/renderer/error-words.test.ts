import i18next from 'i18next';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { errorCodes } from '../../electron/contract/errors.ts';
import { de } from '../../renderer/texts/de.ts';
import { en } from '../../renderer/texts/en.ts';
import { catalogues } from '../../renderer/texts/texts.ts';
import { errorLine, errorWords } from '../../renderer/ui/error-words.ts';

const message = 'groq needs an API key. Add one under Providers → groq.';

afterAll(() => i18next.changeLanguage('en'));
beforeAll(() => i18next.init({ lng: 'de', resources: { en, de }, initAsync: false }));

test('in English the core’s own sentence says it all', async () => {
  await i18next.changeLanguage('en');
  expect(errorWords({ code: 'no_api_key', message })).toEqual({ text: message });
});

test('in another language it stands below one of the catalogue', async () => {
  await i18next.changeLanguage('de');
  const words = { text: de.errors.no_api_key, detail: message };
  expect(errorWords({ code: 'no_api_key', message })).toEqual(words);
});

test.each([
  [401, de.errors.refused_key],
  [429, de.errors.rate_limited],
  [503, de.errors.provider_down],
  [400, de.errors.http_error],
])('a refusal with status %i is told as what it means', async (http_status, text) => {
  await i18next.changeLanguage('de');
  expect(errorWords({ code: 'http_error', message, http_status }).text).toBe(text);
});

test.each(['en', 'de', 'zh-Hans'] as const)('every cause of failure has a sentence in %s', language => {
  const known: Record<string, string> = catalogues[language].errors;
  expect(errorCodes.filter(code => known[code] === undefined)).toEqual([]);
});

test('what the catalogue does not know is told by the core alone', async () => {
  await i18next.changeLanguage('de');
  for (const code of ['refused_by_nobody', undefined])
    expect(errorWords({ code, message })).toEqual({ text: message });
});

test('a reason in a sentence is one line', async () => {
  await i18next.changeLanguage('en');
  expect(errorLine({ code: 'not_found', message })).toBe(message);
  await i18next.changeLanguage('de');
  expect(errorLine({ code: 'not_found', message })).toBe(
    `${de.errors.not_found} (groq needs an API key. Add one under Providers → groq)`,
  );
});
