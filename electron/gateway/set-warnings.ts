import { headerValue } from './answer-headers.ts';
import type { OpenCall } from './open-call.ts';

/** Tells the tool, beside its answer, of models of an alias that cannot be asked and of fields that were left out. */
export function setWarnings(
  { headers }: Pick<OpenCall, 'headers'>,
  sentences: readonly string[],
  ignored: readonly string[] = [],
): void {
  // What one upstream would have left out is nothing to the next.
  if (sentences.length === 0 && ignored.length === 0) {
    if ('parley-warnings' in headers) delete headers['parley-warnings'];
    return;
  }
  const fields = ignored.length === 0 ? [] : [`ignored: ${[...new Set(ignored)].join(', ')}`];
  headers['parley-warnings'] = headerValue([...sentences, ...fields].join(' | '));
}
