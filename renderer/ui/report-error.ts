import { toast } from 'sonner';

import { errorWords, toCoreError } from './error-words.ts';

/** Says in passing what did not work. */
export function reportError(error: unknown): void {
  const { text, detail } = errorWords(toCoreError(error));
  toast.error(text, detail === undefined ? {} : { description: detail });
}
