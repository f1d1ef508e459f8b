import { createAnswerScanner } from '../answer-scanner.ts';
import type { ScannedDialect } from '../answer-scanner.ts';
import type { PassthroughScanner } from '../dialect.ts';
import { createDecoder, decodeResponse, isFinished } from './decode-events.ts';

const scanned: ScannedDialect = {
  createDecoder,
  decodeResponse,
  // Inside text these words stand with \" around them and do not match.
  mayHoldFacts: line => !line.includes('"content_block_delta"'),
  mark: '"content_block_delta"',
  isFinished,
  finishField: '"stop_reason"',
};

/** Nothing was added to the request, so that nothing is taken out of the answer. */
export function createScanner({ stream }: { stream: boolean }): PassthroughScanner {
  return createAnswerScanner(scanned, stream);
}
