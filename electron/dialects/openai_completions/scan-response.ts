import { createAnswerScanner, isSet } from '../answer-scanner.ts';
import type { ScannedDialect } from '../answer-scanner.ts';
import type { PassthroughScanner } from '../dialect.ts';
import { createDecoder, decodeResponse, isFinished, readFacts } from './decode-events.ts';
import { createUsageStripper } from './strip-usage.ts';

const scanned: ScannedDialect = {
  createDecoder,
  decodeResponse,
  mayHoldFacts,
  mark: '"choices"',
  isFinished,
  readFacts,
  finishField: '"finish_reason"',
};

type ScanOptions = { stream: boolean; strip_usage: boolean };

/** Watches an answer's bytes go by; usage that only we asked for is taken out on the way. */
export function createScanner(options: ScanOptions): PassthroughScanner {
  return createStrippingScanner(scanned, options);
}

/** The same for chunks of another shape. */
export function createStrippingScanner(
  dialect: ScannedDialect,
  { stream, strip_usage }: ScanOptions,
): PassthroughScanner {
  const scanner = createAnswerScanner(dialect, stream);
  if (!stream || !strip_usage) return scanner;
  const stripper = createUsageStripper();
  return {
    push(chunk) {
      scanner.push(chunk);
      return stripper.push(chunk);
    },
    end() {
      scanner.end();
      return stripper.end();
    },
    facts: () => scanner.facts(),
    isDone: () => scanner.isDone(),
  };
}

/** Inside text these names stand with \" and do not match. */
function mayHoldFacts(line: string): boolean {
  return (
    isSet(line, '"finish_reason"') ||
    isSet(line, '"usage"') ||
    isSet(line, '"error"') ||
    // Every chunk of an answer has choices, so this is something else: an error in a form of its own.
    !line.includes('"choices"')
  );
}
