import i18next from 'i18next';
import { beforeAll, expect, test } from 'vitest';

import { de } from '../../renderer/texts/de.ts';
import { en } from '../../renderer/texts/en.ts';
import { errorWords } from '../../renderer/ui/error-words.ts';

const message = 'groq needs an API key. Add one under Providers → groq.';

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

test('what the catalogue does not know is told by the core alone', async () => {
  await i18next.changeLanguage('de');
  for (const code of ['invalid_request', 'refused_by_nobody', undefined])
    expect(errorWords({ code, message })).toEqual({ text: message });
});
