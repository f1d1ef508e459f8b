import type { JsonObject } from '../../contract/json.ts';
import { createAnswerScanner } from '../answer-scanner.ts';
import type { ScannedDialect } from '../answer-scanner.ts';
import type { PassthroughScanner } from '../dialect.ts';
import { createDecoder, decodeResponse, isFinished } from './decode-events.ts';
import { readEdges } from './scan-response.ts';

const scanned: ScannedDialect = {
  framing: 'ndjson',
  createDecoder() {
    const decoder = createDecoder();
    return { decodeEvent: event => decoder.decodeEvent(asChat(event)) };
  },
  decodeResponse: body => decodeResponse(asChat(body)),
  // Inside text these words stand with \" around them and do not match.
  mayHoldFacts: line => !/"done"\s*:\s*false/.test(line),
  isFinished,
  finishField: '"done"',
  readEdges,
};

/** Watches the bytes of a generated text go by: a chat's line in all but the place of the text. */
export function createGenerateScanner({ stream }: { stream: boolean }): PassthroughScanner {
  return createAnswerScanner(scanned, stream);
}

function asChat({ response = null, thinking = null, ...event }: JsonObject): JsonObject {
  return { ...event, message: { content: response, thinking } };
}
