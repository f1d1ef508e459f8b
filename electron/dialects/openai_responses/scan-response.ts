import { createAnswerScanner } from '../answer-scanner.ts';
import type { ScannedDialect } from '../answer-scanner.ts';
import type { PassthroughScanner } from '../dialect.ts';
import { createDecoder, decodeResponse, isFinished } from './decode-events.ts';

// Inside text these words stand with \" around them and do not match.
const terminal = /"response\.(?:completed|incomplete|failed|cancelled|done)"/;

const scanned: ScannedDialect = {
  createDecoder,
  decodeResponse,
  // An event that is none of this format's is an error in a form of its own.
  mayHoldFacts: line => !line.includes('"response.') || terminal.test(line),
  mark: '"response.',
  isFinished,
  finishField: '"status"',
};

/** Nothing was added to the request, so that nothing is taken out of the answer. */
export function createScanner({ stream }: { stream: boolean }): PassthroughScanner {
  return createAnswerScanner(scanned, stream);
}
