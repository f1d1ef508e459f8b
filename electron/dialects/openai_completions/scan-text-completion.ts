import type { JsonObject } from '../../contract/json.ts';
import type { ScannedDialect } from '../answer-scanner.ts';
import type { PassthroughScanner } from '../dialect.ts';
import { objectsField } from '../json-fields.ts';
import { createDecoder, decodeResponse, isFinished } from './decode-events.ts';
import { createStrippingScanner } from './scan-response.ts';

const scanned: ScannedDialect = {
  createDecoder() {
    const decoder = createDecoder();
    return { decodeEvent: event => decoder.decodeEvent(asChat(event, 'delta')) };
  },
  decodeResponse: body => decodeResponse(asChat(body, 'message')),
  // Inside text these words stand with \" around them and do not match.
  mayHoldFacts: line =>
    /"(?:finish_reason|usage|error)"\s*:\s*[^n\s]/.test(line) || !line.includes('"choices"'),
  isFinished,
  finishField: '"finish_reason"',
};

/** Watches the bytes of a text completion go by: a chat's chunk in all but the place of the text. */
export function createTextScanner(options: { stream: boolean; strip_usage: boolean }): PassthroughScanner {
  return createStrippingScanner(scanned, options);
}

function asChat(event: JsonObject, kind: 'delta' | 'message'): JsonObject {
  if (!('choices' in event)) return event;
  const choices = objectsField(event, 'choices').map(({ text = null, ...choice }) => ({
    ...choice,
    [kind]: { content: text },
  }));
  return { ...event, choices };
}
