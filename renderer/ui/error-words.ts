import i18next from 'i18next';

import type { en } from '../texts/en.ts';

/** An error as the core tells it: by its own sentence, which is English. */
export type CoreError = { message: string; code?: string | undefined; http_status?: number | undefined };

type KnownError = keyof (typeof en)['errors'];

/** What to show of an error: the core's own sentence, below one in the reader's language where that is another. */
export function errorWords(error: CoreError): { text: string; detail?: string } {
  const key = i18next.language.startsWith('en') ? undefined : keyOf(error);
  if (key === undefined) return { text: error.message };
  return { text: i18next.t(key, { ns: 'errors' }), detail: error.message };
}

/** The same in one line, for a sentence that tells a reason. */
export function errorLine(error: CoreError): string {
  const { text, detail } = errorWords(error);
  return detail === undefined ? text : `${text} (${detail.replace(/\.$/, '')})`;
}

/** Of what was thrown. */
export function toCoreError(thrown: unknown): CoreError {
  return thrown instanceof Error ? thrown : { message: String(thrown) };
}

function keyOf({ code, http_status: status }: CoreError): KnownError | undefined {
  if (code === undefined) return undefined;
  if (code === 'http_error' && status !== undefined) {
    if (status === 401 || status === 403) return 'refused_key';
    if (status === 429) return 'rate_limited';
    if (status >= 500) return 'provider_down';
  }
  // A code of another version says less than the core's own sentence.
  return i18next.exists(code, { ns: 'errors' }) ? (code as KnownError) : undefined; // it was just found there
}
