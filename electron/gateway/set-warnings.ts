import { headerValue } from './answer-headers.ts';
import type { OpenCall } from './open-call.ts';

/** Tells the tool, beside its answer, of models of an alias that cannot be asked and of fields that were left out. */
export function setWarnings(
  { headers }: Pick<OpenCall, 'headers'>,
  sentences: readonly string[],
  ignored: readonly string[] = [],
): void {
  const fields = ignored.length === 0 ? [] : [`ignored: ${[...new Set(ignored)].join(', ')}`];
  const all = [...sentences, ...fields];
  if (all.length > 0) headers['parley-warnings'] = headerValue(all.join(' | '));
  // What one upstream would have left out is nothing to the next.
  else if ('parley-warnings' in headers) delete headers['parley-warnings'];
}
