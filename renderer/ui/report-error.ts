import { toast } from 'sonner';

import { errorWords } from './error-words.ts';

/** Says in passing what did not work. */
export function reportError(error: Error): void {
  const { text, detail } = errorWords(error);
  toast.error(text, detail === undefined ? {} : { description: detail });
}
